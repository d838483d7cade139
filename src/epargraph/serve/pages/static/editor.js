"use strict";
// The query editor: a textarea with line numbers, completion of prefixes and of the ontology's terms, and Ctrl+Enter to run.
{
  const area = document.getElementById("query");
  const box = area.closest(".editor");
  const form = area.form;
  const MOST = 12;

  // Line numbers, the faulty line marked
  const lines = document.createElement("pre");
  lines.className = "lines";
  lines.setAttribute("aria-hidden", "true");
  box.prepend(lines);
  const fault = document.getElementById("fault");
  const faulty = fault?.dataset.line ? { line: Number(fault.dataset.line), text: area.value } : null;
  const number = () => {
    const count = area.value.split("\n").length;
    const at = faulty && faulty.text === area.value ? faulty.line : 0; // an edited query has another fault, or none
    lines.replaceChildren(...Array.from({ length: count }, (_, index) => {
      const each = document.createElement("span");
      each.textContent = `${index + 1}\n`;
      if (index + 1 === at) each.className = "at";
      return each;
    }));
    lines.scrollTop = area.scrollTop;
  };
  area.addEventListener("scroll", () => { lines.scrollTop = area.scrollTop; close(); });
  if (faulty) {
    const before = area.value.split("\n").slice(0, faulty.line - 1).join("\n").length;
    const place = before + (faulty.line > 1 ? 1 : 0) + Math.max(0, Number(fault.dataset.column) - 1);
    area.focus();
    area.setSelectionRange(place, place);
  }

  // Completion
  const list = document.createElement("ul");
  list.className = "completions";
  list.id = "completions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Completions");
  list.hidden = true;
  box.after(list);
  box.parentElement.classList.add("completing");
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", "completions");
  const told = document.createElement("p");
  told.className = "hidden-visually";
  told.setAttribute("role", "status");
  box.after(told);
  let known = null;
  let offered = [];
  let chosen = 0;

  const load = async () => {
    if (known) return known;
    try {
      const answer = await fetch(box.dataset.terms);
      if (answer.ok) known = await answer.json();
    } catch { /* without terms the editor is a plain one */ }
    return known;
  };

  const word = () => {
    const before = area.value.slice(0, area.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    if (/^[^"]*#/.test(line.replace(/<[^>]*>|"[^"]*"/g, ""))) return null; // in a comment
    const prefix = /(?:^|\s)PREFIX\s+([\w-]*)$/i.exec(line);
    if (prefix) return { typed: prefix[1], declaring: true };
    const typed = /[A-Za-z][\w-]*(?::[\w-]*)?$/.exec(line);
    if (!typed || /[?$<"'@\w:]$/.test(line.slice(0, typed.index))) return null;
    return { typed: typed[0], declaring: false };
  };

  const found = ({ typed, declaring }, wanted) => {
    const low = typed.toLowerCase();
    if (declaring) {
      return Object.entries(known.prefixes).filter(([name]) => name.startsWith(low))
        .map(([name, iri]) => ({ name: `${name}:`, what: "prefix", means: iri, put: `${name}: <${iri}>` }));
    }
    if (typed.length < 2 && !wanted) return [];
    const prefixes = Object.entries(known.prefixes).filter(([name]) => !typed.includes(":") && name.startsWith(low))
      .map(([name, iri]) => ({ name: `${name}:`, what: "prefix", means: iri, put: `${name}:`, again: true }));
    const local = low.includes(":") ? low : `:${low}`;
    const begins = known.terms.filter((each) => each.name.toLowerCase().startsWith(low));
    const within = known.terms.filter((each) => !begins.includes(each) &&
      (each.name.toLowerCase().includes(local) || (low.includes(":") && low.split(":")[1].length > 2 &&
        each.name.toLowerCase().startsWith(`${low.split(":")[0]}:`) && each.name.toLowerCase().includes(low.split(":")[1]))));
    return [...prefixes, ...begins, ...within].map((each) => ({ put: each.name, ...each }))
      .filter((each) => each.put !== typed).slice(0, MOST);
  };

  const close = () => {
    list.hidden = true;
    offered = [];
    area.removeAttribute("aria-activedescendant");
  };

  const choose = (place) => {
    chosen = (place + offered.length) % offered.length;
    [...list.children].forEach((each, index) => each.setAttribute("aria-selected", String(index === chosen)));
    area.setAttribute("aria-activedescendant", list.children[chosen].id);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  };

  const open = async (wanted) => {
    const at = word();
    if (!at || !(await load())) { close(); return; }
    offered = found(at, wanted);
    if (!offered.length) { close(); return; }
    list.replaceChildren(...offered.map((each, index) => {
      const item = document.createElement("li");
      item.id = `completion-${index}`;
      item.setAttribute("role", "option");
      const name = document.createElement("span");
      name.className = "name";
      name.textContent = each.name;
      const means = document.createElement("span");
      means.className = "means";
      means.textContent = [each.what === "keyword" ? "" : each.what, each.means].filter(Boolean).join(": ");
      item.append(name, means);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(index); accept(); });
      return item;
    }));
    list.hidden = false;
    place();
    choose(0);
    told.textContent = `${offered.length} completions, ${offered[0].name} first`;
  };

  const ruler = document.createElement("canvas").getContext("2d");
  const place = () => { // beside the caret: the letters are of one width, and lines do not wrap
    const style = getComputedStyle(area);
    ruler.font = `${style.fontSize} ${style.fontFamily}`;
    const before = area.value.slice(0, area.selectionStart).split("\n");
    const left = lines.offsetWidth + parseFloat(style.paddingLeft) + ruler.measureText(before.at(-1)).width - area.scrollLeft;
    const top = box.offsetTop + parseFloat(style.paddingTop) + before.length * parseFloat(style.lineHeight) - area.scrollTop;
    list.style.top = `${top + 4}px`;
    list.style.left = `${Math.max(0, Math.min(box.offsetLeft + left, box.offsetLeft + box.offsetWidth - list.offsetWidth))}px`;
  };

  const insert = (text, from, to) => {
    area.setSelectionRange(from, to);
    if (!document.execCommand("insertText", false, text)) area.setRangeText(text, from, to, "end"); // the first can be undone
  };

  const accept = () => {
    const { put, again } = offered[chosen];
    const { typed } = word();
    close();
    insert(put, area.selectionStart - typed.length, area.selectionStart);
    if (again) { open(true); return; }
    const name = put.includes("<") ? "" : put.split(":")[0];
    if (put.includes(":") && known.prefixes[name] && !new RegExp(`PREFIX\\s+${name}:`, "i").test(area.value)) {
      const declaration = `PREFIX ${name}: <${known.prefixes[name]}>\n`; // so that the query runs elsewhere too
      const after = area.selectionStart + declaration.length;
      insert(declaration, start(), start());
      area.setSelectionRange(after, after);
    }
    number();
  };

  const start = () => (/^(?:[ \t]*#[^\n]*\n)*/.exec(area.value) ?? [""])[0].length; // below the comments at the beginning

  area.addEventListener("input", (event) => { number(); if (event.inputType !== "insertFromPaste") open(false); });
  area.addEventListener("blur", () => setTimeout(close, 120));
  area.addEventListener("click", close);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); return; }
    if (event.key === " " && event.ctrlKey) { event.preventDefault(); open(true); return; }
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") accept();
    else if (event.key === "Escape") close();
    else { if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") close(); return; }
    event.preventDefault();
  });

  // Permalink: a click copies it, and says so
  for (const link of document.querySelectorAll("a[data-copy]")) {
    link.addEventListener("click", async (event) => {
      if (!navigator.clipboard) return;
      event.preventDefault();
      try {
        await navigator.clipboard.writeText(link.href);
        link.textContent = "Copied";
        setTimeout(() => { link.textContent = "Permalink"; }, 2000);
      } catch { location.href = link.href; }
    });
  }
  document.querySelectorAll("[data-script]").forEach((each) => { each.hidden = false; });
  number();
}
