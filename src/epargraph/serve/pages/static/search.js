"use strict";
// Search as one types: the list of finds comes from the server as it would on the search page.
{
  const form = document.querySelector("form[data-search]");
  const into = form && document.getElementById(form.dataset.into);
  if (into) {
    let last = form.elements.q.value.trim();
    let asked = null;
    let timer = 0;
    const show = async () => {
      const typed = form.elements.q.value.trim();
      if (typed === last) return;
      last = typed;
      asked?.abort();
      if (!typed) { into.replaceChildren(); return; }
      asked = new AbortController();
      const address = new URL(form.action);
      address.search = new URLSearchParams({ q: typed, part: "1" });
      try {
        const answer = await fetch(address, { signal: asked.signal });
        if (answer.ok) into.innerHTML = await answer.text(); // the server has escaped it
      } catch (error) {
        if (error.name !== "AbortError") last = "";
      }
    };
    form.elements.q.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 80); });
  }
}
