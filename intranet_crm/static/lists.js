// Rows that are walked, ticked and changed by keyboard, and things that are put in order. Without this file
// rows are ticked by hand, page by page, and put in order by their buttons.
(() => {
  "use strict";

  const on = (type, handler) => document.addEventListener(type, handler);
  const table = () => document.querySelector("[data-selectable]");
  const rows = () => [...document.querySelectorAll("[data-selectable] tbody tr")];
  const boxOf = (row) => row.querySelector(".select input");
  const boxes = () => rows().map(boxOf).filter(Boolean);
  const stopOf = (row) => boxOf(row) ?? row.querySelector("th a"); // what has the focus when the row has it

  // --- The selection: it outlives the turning of a page, not another filter -----------------------

  const chosen = new Set(); // ids, on whatever page
  let filter = null; // that they were chosen under
  let anchor = null; // the row from which shift extends
  let extended = []; // the rows ticked by extending
  let last = ""; // the id of the row that had the focus

  function tick(box, ticked) {
    const most = Number(table().dataset.most);
    if (ticked && !chosen.has(box.value) && chosen.size >= most) {
      box.checked = false;
      return tell(`最多勾选 ${most} 家；更多的请先筛选，再对全部结果操作`);
    }
    box.checked = ticked;
    if (ticked) chosen.add(box.value);
    else chosen.delete(box.value);
    tell();
  }

  function clear() {
    chosen.clear();
    for (const box of boxes()) box.checked = false;
    tell();
  }

  function tell(instead) {
    const bar = document.querySelector("[data-bulk-bar]");
    if (!bar) return;
    const words = bar.querySelector("[data-selected-words]");
    words.dataset.none ??= words.textContent;
    const here = boxes();
    const ticked = here.filter((box) => box.checked).length;
    const elsewhere = chosen.size - ticked;
    words.textContent = instead
      ?? (chosen.size ? `已选 ${chosen.size} 家${elsewhere ? `，其中 ${elsewhere} 家在别的页` : ""}` : words.dataset.none);
    bar.querySelector("[data-select-none]").hidden = !chosen.size;
    const all = document.querySelector("[data-select-all]");
    if (all) {
      all.checked = ticked > 0 && ticked === here.length;
      all.indeterminate = ticked > 0 && ticked < here.length;
    }
    const shown = new Set(here.map((box) => box.value));
    const kept = [...chosen].filter((id) => !shown.has(id)).map((id) => {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: "chosen", value: id });
      return input;
    });
    bar.querySelector("[data-chosen-elsewhere]").replaceChildren(...kept);
  }

  function showSelection() {
    if (!table()) return;
    if (filter !== table().dataset.filter) chosen.clear();
    filter = table().dataset.filter;
    anchor = null;
    // A box that the browser ticked again by itself, going back, counts too.
    for (const box of boxes()) if (box.checked) chosen.add(box.value);
    for (const box of boxes()) box.checked = chosen.has(box.value);
    tell();
  }

  on("change", ({ target }) => {
    if (target.matches("[data-select-all]")) for (const box of boxes()) tick(box, target.checked);
    else if (boxes().includes(target)) tick(target, target.checked);
  });
  on("click", (event) => {
    if (event.target.closest("[data-select-none]")) {
      clear();
      if (rows().length) stopOf(rows()[0]).focus();
    }
    const row = event.target.closest("[data-selectable] tbody tr");
    if (!row || event.target !== boxOf(row)) return;
    if (event.shiftKey && anchor?.isConnected) {
      const to = event.target.checked;
      for (const between of span(anchor, row)) tick(boxOf(between), to);
    }
    anchor = row;
    extended = [];
  });

  function span(one, other) {
    const all = rows();
    const [first, second] = [all.indexOf(one), all.indexOf(other)].sort((a, b) => a - b);
    return all.slice(first, second + 1);
  }

  // --- By keyboard ----------------------------------------------------------------------------------

  function go(row, extending) {
    if (!row) return;
    const from = rows().find((one) => one.contains(document.activeElement));
    if (extending && from && boxOf(row)) {
      if (!anchor?.isConnected || !extended.length) anchor = from;
      const now = span(anchor, row);
      for (const left of extended) if (!now.includes(left)) tick(boxOf(left), false);
      for (const within of now) tick(boxOf(within), true);
      extended = now;
    } else {
      anchor = row;
      extended = [];
    }
    stopOf(row).focus();
  }

  function edit(row, what, words) {
    const way = row?.querySelector(`[data-edit="${what}"]`);
    if (way) way.click();
    else tell(row ? `这一行的「${words}」在列表里没有显示，或不能改` : undefined);
  }

  const turn = (rel) => document.querySelector(`.pager a[rel="${rel}"]`)?.click();
  const KEYS = {
    j: (row, step) => step(1),
    k: (row, step) => step(-1),
    x: (row) => boxOf(row ?? rows()[0])?.click(),
    a: () => {
      const all = boxes();
      const ticked = !all.every((box) => box.checked);
      for (const box of all) tick(box, ticked);
    },
    A: clear,
    b: () => document.querySelector("[data-bulk-bar] button[name=operation]")?.focus(),
    s: (row) => edit(row, "status", "客户状态"),
    p: (row) => edit(row, "stage", "跟进阶段"),
    g: (row) => edit(row, "grade", "客户分级"),
    t: (row) => edit(row, "tags", "标签"),
    "]": () => turn("next"),
    "[": () => turn("prev"),
    "?": () => document.getElementById("list-keys")?.showModal(),
  };
  // Single letters can be switched off, for whoever speaks to the computer (WCAG 2.1.4)
  const lettersOff = () => localStorage.getItem("list-keys") === "off";

  on("keydown", (event) => {
    if (!table() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && cancelEdit(event.target)) return event.preventDefault();
    if (event.key === "Enter" && event.target.matches(".cell-form select")) {
      event.target.form.requestSubmit();
      return event.preventDefault();
    }
    const typing = 'input:not([type="checkbox"]), select, textarea, [contenteditable], dialog, .menu';
    if (event.target.closest(typing)) return;
    const all = rows();
    const at = all.findIndex((row) => row.contains(event.target));
    const step = (by) => go(all[at < 0 ? 0 : at + by], event.shiftKey);
    const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (arrow && at >= 0) step(arrow);
    else if (event.key === "Enter" && at >= 0 && event.target === boxOf(all[at])) all[at].querySelector("th a").click();
    else if (event.key === "Escape" && at >= 0 && chosen.size) clear();
    else if (!lettersOff()) {
      const act = KEYS[event.key] ?? ("JK".includes(event.key) && KEYS[event.key.toLowerCase()]);
      if (!act) return;
      act(all[at], step);
    } else return;
    event.preventDefault();
  });

  function cancelEdit(target) {
    const way = target.closest("[data-selectable] :is(.cell-form, .tags)")?.querySelector("[data-cancel]");
    way?.click();
    return Boolean(way);
  }

  on("change", ({ target }) => {
    if (target.matches("[data-letter-keys]")) localStorage.setItem("list-keys", target.checked ? "on" : "off");
  });

  // --- After parts of the page were swapped -----------------------------------------------------------

  on("focusin", ({ target }) => {
    last = target.closest("[data-selectable] tbody tr")?.id ?? last;
  });
  on("htmx:afterSettle", ({ detail }) => {
    if (!table()) return;
    showSelection();
    const turned = detail.requestConfig?.elt.closest?.(".pager");
    if (turned && rows().length) stopOf(rows()[0]).focus();
    else if (document.activeElement === document.body && document.getElementById(last)) {
      stopOf(document.getElementById(last))?.focus(); // where the form was that has just been saved
    }
  });
  on("DOMContentLoaded", () => {
    showSelection();
    const letters = document.querySelector("[data-letter-keys]");
    if (letters) letters.checked = !lettersOff();
  });

  // --- Order: [data-movable] holds [data-item]s, each with buttons up and down; Alt and an arrow press them

  on("keydown", (event) => {
    const way = event.altKey && { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const button = way && event.target.closest("[data-movable] [data-item]")?.querySelector(`[data-move="${way}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
