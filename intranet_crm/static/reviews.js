// The review desk by keyboard: J and K walk the queue or go to the next form, A and R go to the verdict.
// Without this file everything is reached by links, fields and buttons.
(() => {
  "use strict";

  const find = (query) => document.querySelector(query);
  const links = () => [...document.querySelectorAll("[data-review-queue] tbody th a")];

  function walk(by) {
    const all = links();
    if (!all.length) return leave(find(by > 0 ? "[data-next-review]" : "[data-previous-review]"));
    const at = all.findIndex((link) => link.closest("tr").contains(document.activeElement));
    all[Math.min(Math.max(at < 0 ? 0 : at + by, 0), all.length - 1)].focus();
  }

  // Off to another form, once what was written here is kept; where it cannot be kept, one stays
  const status = (form) => form?.querySelector("[data-autosave-status]")?.dataset.state;
  const isUnkept = (form) => ["unsaved", "saving", "failed"].includes(status(form));
  function leave(link) {
    const form = find("#judgement");
    if (!link || !isUnkept(form)) return link?.click();
    const go = () => setTimeout(() => {
      if (status(form) === "saving") return;
      form.removeEventListener("htmx:afterRequest", go);
      if (!isUnkept(form)) link.click();
    });
    form.addEventListener("htmx:afterRequest", go);
    htmx.trigger(form, "keep");
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-next-review], [data-previous-review]");
    if (!link || !isUnkept(find("#judgement")) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    leave(link);
  });

  function look(element) {
    if (!element) return;
    element.scrollIntoView({ block: "center" });
    element.focus({ preventScroll: true });
  }

  // To the first judgement that is still open, else to the button itself: the press stays the head's own
  function approve() {
    const judgement = find("#judgement");
    if (!judgement) return;
    const open = ["truth_method", "truth_on", "is_sensitive", "fits"].find((name) => {
      const given = new FormData(judgement).get(name);
      return !given;
    });
    const field = open && judgement.querySelector(`[name="${open}"]`);
    look(field || find("#verdict [value=approve]:enabled") || find("#verdict button"));
  }

  function sendBack() {
    if (!find("#judgement")) return;
    if (!find("#judgement [name=return]:checked")) return look(find("#judgement [name=return]"));
    look(find("#opinion").value.trim() ? find("#verdict [value=return]") : find("#opinion"));
  }

  const KEYS = {
    j: () => walk(1),
    k: () => walk(-1),
    a: approve,
    r: sendBack,
    "?": () => find("#review-keys")?.showModal(),
  };

  // A field that is ticked wants its words at once; app.js has shown their input by now
  document.addEventListener("change", ({ target }) => {
    if (target.matches("#judgement [name=return]:checked")) find(`#remark-${target.value}`)?.focus();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest("#judgement :is(input, select, textarea)")) event.target.blur();
    if (!find("#review-keys") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (localStorage.getItem("list-keys") === "off") return;
    const typing = 'input:not([type="checkbox"], [type="radio"]), select, textarea, [contenteditable], dialog, .menu';
    if (event.target.closest(typing)) return;
    const act = KEYS[event.key.toLowerCase()];
    if (!act) return;
    act();
    event.preventDefault();
  });

  // A phrase goes where the caret was last: the opinion, or the remark of a field
  let last = null;
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches("#opinion, [name^='remark-']")) last = target;
  });
  document.addEventListener("click", (event) => {
    const phrase = event.target.closest("[data-phrase]");
    if (!phrase) return;
    const field = last?.isConnected ? last : find("#opinion");
    const before = field.value;
    const at = field.selectionEnd ?? before.length;
    field.setRangeText(phrase.dataset.phrase, field.selectionStart ?? at, at, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
})();
