"""EMA's site to a folder: the register and the overviews, each with its address, date of retrieval and SHA-256.

`fetcher` says what is fetched and where it goes, `download` how one file comes, `contents` whether it is one,
`manifest` what is there, `addresses` where the site has it.
"""
