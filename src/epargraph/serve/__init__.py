"""The server: the SPARQL endpoint, the description of every thing, the questions over HTTP, and the pages.

It answers from a copy of the store in memory and writes nothing. README.md in this folder tells how it is built;
`application` puts it together.
"""
