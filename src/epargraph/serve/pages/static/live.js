"use strict";
// A form with data-live="ID" shows its answer at once: the part of the page that the server makes goes into that element.
for (const form of document.querySelectorAll("form[data-live]")) {
  const into = document.getElementById(form.dataset.live);
  let asked = null;
  let timer = 0;
  const show = async () => {
    asked?.abort();
    asked = new AbortController();
    const address = new URL(form.action);
    address.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    const part = new URL(address);
    part.searchParams.set("part", "1");
    try {
      const answer = await fetch(part, { signal: asked.signal });
      if (!answer.ok) return;
      into.innerHTML = await answer.text(); // the server has escaped it
      history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") form.submit();
    }
  };
  const soon = (wait) => { clearTimeout(timer); timer = setTimeout(show, wait); };
  form.addEventListener("input", (event) => soon(event.target.matches("select") ? 0 : 120));
  form.addEventListener("submit", (event) => { event.preventDefault(); soon(0); });
}
