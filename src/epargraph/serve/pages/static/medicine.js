"use strict";
// Pointing at a fact shows its words in the text beside it, pointing at words shows the facts; copies go to the clipboard.
// Without this file links between facts and words do the same, one click further.
{
  const panel = document.querySelector("[data-panel]");
  const pointer = document.getElementById("pointer");
  const said = document.getElementById("said");
  const factsOf = new Map();
  const wordsOf = new Map();
  for (const fact of document.querySelectorAll(".fact[data-words]")) {
    for (const name of fact.dataset.words.trim().split(/\s+/)) {
      if (!factsOf.has(name)) factsOf.set(name, []);
      factsOf.get(name).push(fact);
    }
  }
  for (const words of document.querySelectorAll(".words")) {
    if (!wordsOf.has(words.dataset.words)) wordsOf.set(words.dataset.words, []);
    wordsOf.get(words.dataset.words).push(words);
  }

  let lit = [];
  let timer = 0;
  const light = (some) => {
    for (const each of lit) each.classList.remove("lit");
    lit = some;
    for (const each of lit) each.classList.add("lit");
  };

  const intoPanel = (words) => { // moves the text beside, never the page
    if (!words || panel.scrollHeight <= panel.clientHeight + 1) return;
    const frame = panel.getBoundingClientRect();
    const place = words.getBoundingClientRect();
    if (place.top >= frame.top + 8 && place.bottom <= frame.bottom - 8) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    panel.scrollTo({ top: panel.scrollTop + place.top - frame.top - frame.height / 3, behavior: calm ? "auto" : "smooth" });
  };

  const showWords = (fact, wait) => {
    const some = fact.dataset.words.trim().split(/\s+/).flatMap((name) => wordsOf.get(name) ?? []);
    light([fact, ...some]);
    clearTimeout(timer);
    timer = setTimeout(() => intoPanel(some[0]), wait);
  };

  const showFacts = (inner) => {
    const around = [];
    for (let each = inner; each; each = each.parentElement?.closest(".words")) around.push(each);
    const names = [...new Set(around.map((each) => each.dataset.words))];
    const facts = [...new Set(names.flatMap((name) => factsOf.get(name) ?? []))];
    light([...names.flatMap((name) => wordsOf.get(name)), ...facts]);
    if (!facts.length) return;
    const titles = facts.map((fact) => fact.dataset.told);
    const list = document.createElement(titles.length > 1 ? "ul" : "p");
    for (const title of titles.slice(0, 8)) {
      const item = titles.length > 1 ? list.appendChild(document.createElement("li")) : list;
      item.textContent = title;
    }
    if (titles.length > 8) list.appendChild(document.createElement("li")).textContent = `and ${titles.length - 8} more`;
    pointer.replaceChildren(list);
    pointer.hidden = false;
    const place = inner.getClientRects()[0];
    const size = pointer.getBoundingClientRect();
    const below = place.bottom + 8 + size.height < innerHeight;
    pointer.style.setProperty("top", `${below ? inner.getBoundingClientRect().bottom + 8 : Math.max(4, place.top - size.height - 8)}px`);
    pointer.style.setProperty("left", `${Math.min(Math.max(4, inner.getBoundingClientRect().left), innerWidth - size.width - 12)}px`);
  };

  const clear = () => { clearTimeout(timer); light([]); pointer.hidden = true; };
  const at = (target, wait) => {
    const words = target.closest?.(".words");
    const fact = target.closest?.(".fact");
    if (!words) pointer.hidden = true;
    if (words) showFacts(words);
    else if (fact) showWords(fact, wait);
    else clear();
  };
  document.addEventListener("pointerover", (event) => { if (event.pointerType !== "touch") at(event.target, 140); });
  document.addEventListener("focusin", (event) => { if (event.target.matches(":focus-visible")) at(event.target, 0); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") clear(); });
  document.addEventListener("scroll", () => { pointer.hidden = true; }, { passive: true });

  const arrived = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.matches(".fact")) {
      target.querySelector(":scope details.more")?.setAttribute("open", "");
      showWords(target, 0);
    } else if (target?.matches(".words")) showFacts(target), pointer.hidden = true;
  };
  addEventListener("hashchange", arrived);
  arrived();

  // Copies

  const put = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // a page that was not got over https has no clipboard
      const area = document.body.appendChild(document.createElement("textarea"));
      area.value = text;
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };
  const texts = {
    address: async (link) => link.dataset.address,
    text: async (link) => document.getElementById(link.hash.slice(1)).textContent.trim(),
    query: async (link) => new URL(link.href).searchParams.get("query"),
    file: async (link) => { const got = await fetch(link.href); if (!got.ok) throw new Error(got.statusText); return got.text(); },
  };
  for (const link of document.querySelectorAll("[data-copy]")) {
    const name = link.textContent;
    link.setAttribute("role", "button");
    link.textContent = `Copy ${name.toLowerCase().replace("turtle", "Turtle").replace("sparql", "SPARQL")}`;
    const whole = link.textContent;
    link.addEventListener("keydown", (event) => { if (event.key === " ") { event.preventDefault(); link.click(); } });
    link.addEventListener("click", async (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      try {
        await put(await texts[link.dataset.copy](link));
        if (link.dataset.copy === "address") history.replaceState(null, "", link.hash);
        link.textContent = "Copied";
        said.textContent = `${name} copied`;
      } catch {
        location.href = link.href;
      }
      setTimeout(() => { link.textContent = whole; }, 1500);
    });
  }
}
