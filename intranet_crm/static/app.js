// What plain forms and links cannot do. Every page works without this file.
(() => {
  "use strict";

  const root = document.documentElement;
  root.classList.add("js");
  const on = (type, handler, capture = false) => document.addEventListener(type, handler, capture);
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  // --- Messages ---------------------------------------------------------------------------------

  function say(text, meaning = "error") {
    const region = document.getElementById("messages");
    if (!region || [...region.children].some((shown) => shown.textContent.includes(text))) return;
    const close = make("button", { type: "button", class: "button quiet compact", "data-dismiss": "" }, "关闭");
    region.append(make("div", { class: `message ${meaning}` }, make("p", {}, text), close));
  }

  function retireMessages() {
    for (const shown of document.querySelectorAll("#messages > :is(.success, .info):not([data-timed])")) {
      shown.dataset.timed = "";
      setTimeout(() => shown.remove(), 6000);
    }
  }

  on("click", (event) => event.target.closest("[data-dismiss]")?.closest(".message")?.remove());

  // --- htmx -------------------------------------------------------------------------------------

  const refusals = {
    400: "提交凭证已失效，内容仍在页面上。请复制重要内容后刷新页面。",
    403: "你没有权限做这一步。",
    404: "这条记录不存在，或不在你能查看的范围里。",
    413: "文件太大，没有上传。请压缩或拆分后再试。",
    429: "操作太频繁，请等几分钟再试。",
  };

  on("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = meta("csrf-token");
  });
  on("htmx:afterRequest", ({ detail: { xhr } }) => {
    const token = xhr.getResponseHeader("X-CSRFToken"); // a fresh one, after signing in again in another window
    if (!token) return;
    document.querySelector('meta[name="csrf-token"]').content = token;
    for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
  });
  on("htmx:sendError", () => say("网络不通，内容仍在页面上，请恢复网络后再试。"));
  on("htmx:timeout", () => say("服务器没有回应，内容仍在页面上，请稍后再试。"));
  on("htmx:responseError", (event) => {
    say(refusals[event.detail.xhr.status] ?? "服务器没有完成这一步，内容仍在页面上，请稍后再试。");
  });
  // Parts that show what was just saved elsewhere on the page listen: hx-trigger="saved-here from:body"
  on("htmx:afterRequest", ({ detail: { successful, xhr, requestConfig } }) => {
    if (successful && requestConfig.verb === "post" && !xhr.getResponseHeader("HX-Retarget")) {
      htmx.trigger(document.body, "saved-here");
    }
  });
  on("htmx:afterSettle", (event) => {
    focusFirst(event.detail.elt);
    retireMessages();
    showDependents();
  });

  function focusFirst(part) {
    const wanted = part.matches?.("[data-focus]") ? part : part.querySelector?.("[data-focus]");
    wanted?.focus();
  }

  // --- Autosave: <form data-autosave hx-post=… hx-trigger="input delay:…"> ------------------------

  const unsaved = new Map(); // form -> whether it changed since the request under way was sent

  function autosaveSays(form, text, state) {
    const status = form.querySelector("[data-autosave-status]");
    if (!status) return;
    status.textContent = text;
    status.dataset.state = state;
  }

  on("input", (event) => {
    const form = event.target.form;
    if (!form?.matches("[data-autosave]")) return;
    unsaved.set(form, true);
    autosaveSays(form, "有改动未保存", "unsaved");
  });
  on("htmx:beforeRequest", ({ detail: { elt } }) => {
    if (!elt.matches("[data-autosave]")) return;
    unsaved.set(elt, false);
    autosaveSays(elt, "正在保存…", "saving");
  });
  on("htmx:afterRequest", ({ detail: { elt, successful, xhr } }) => {
    if (!elt.matches("[data-autosave]")) return;
    const refused = ["HX-Retarget", "HX-Redirect"].some((name) => xhr.getResponseHeader(name)); // kindly, with 200
    if (successful && !refused) {
      if (unsaved.get(elt)) return autosaveSays(elt, "有改动未保存", "unsaved");
      unsaved.delete(elt);
      if (elt.querySelector("[data-autosave-status]")?.dataset.state === "saved") return; // the server said when
      autosaveSays(elt, `已保存 ${new Date().toLocaleTimeString("zh-CN", { hour12: false })}`, "saved");
      return;
    }
    unsaved.set(elt, true);
    autosaveSays(elt, xhr.status === 409 ? "他人刚改过，未保存" : "未保存，内容仍在页面上", "failed");
  });
  addEventListener("beforeunload", (event) => {
    if ([...unsaved.keys()].some((form) => form.isConnected)) event.preventDefault();
  });

  // --- Forms: ask first (data-confirm), send once -------------------------------------------------

  function ask(question, label, danger) {
    const yes = make("button", { class: danger ? "button danger" : "button primary", value: "yes" }, label);
    const no = make("button", { class: "button", value: "no", autofocus: "" }, "取消");
    const form = make("form", { method: "dialog", class: "dialog-body" }, make("p", {}, question));
    form.append(make("div", { class: "dialog-buttons" }, no, yes));
    const dialog = make("dialog", { class: "dialog small", "aria-label": "请确认" }, form);
    document.body.append(dialog);
    dialog.showModal();
    return new Promise((answer) => {
      dialog.addEventListener("close", () => {
        dialog.remove();
        answer(dialog.returnValue === "yes");
      });
    });
  }

  const confirmed = new WeakSet();

  on("submit", async (event) => {
    const { target: form, submitter } = event;
    const question = submitter?.dataset.confirm ?? form.dataset.confirm;
    if (!question || confirmed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const danger = submitter?.classList.contains("danger");
    if (!(await ask(question, submitter?.textContent.trim() || "确定", danger))) return;
    confirmed.add(form);
    form.requestSubmit(submitter);
  }, true);

  on("submit", (event) => {
    const { target: form, submitter } = event;
    unsaved.delete(form);
    if (event.defaultPrevented || form.method !== "post" || form.matches("[data-download]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => submitter && (submitter.disabled = true)); // after its own name and value are taken
    setTimeout(() => release(form), 15000);
  });

  function release(form) {
    delete form.dataset.sent;
    for (const button of form.ownerDocument.querySelectorAll("button[aria-busy]")) {
      if (button.form !== form) continue;
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  }

  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  // --- Parts that hang on a choice: data-show-when="kind=company|both" ----------------------------

  function showDependents() {
    for (const part of document.querySelectorAll("[data-show-when]")) {
      const [name, wanted] = part.dataset.showWhen.split("=");
      const form = part.closest("form");
      if (!form) continue;
      const values = new FormData(form).getAll(name);
      part.hidden = !values.some((value) => wanted.split("|").includes(value));
    }
  }

  on("change", showDependents);

  on("change", ({ target }) => {
    const words = target.closest(".file-drop")?.querySelector("[data-chosen-files]");
    if (words) words.textContent = [...target.files].map((file) => file.name).join("、") || "选择文件，或拖到这里";
  });

  // --- Dialogs and menus --------------------------------------------------------------------------

  on("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
    event.target.closest("[data-close]")?.closest("dialog")?.close();
    if (event.target.matches("dialog") && !wasTypedInto(event.target)) event.target.close(); // its backdrop
    if (event.target.closest("[data-print]")) print();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  // Escape and the backdrop do not throw away what was typed into a dialog; its own button does.
  const wasTypedInto = (dialog) =>
    [...dialog.querySelectorAll("form :is(input, textarea)")].some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);
  on("cancel", (event) => {
    if (wasTypedInto(event.target)) event.preventDefault();
  }, true);
  on("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // To-dos are walked through by j and k, from wherever in a row one is: <ul data-walk>
  on("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, [contenteditable], dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !"jk".includes(event.key)) return;
    const stops = [...document.querySelectorAll("[data-walk] > li")];
    const at = stops.indexOf(event.target.closest("[data-walk] > li"));
    const next = stops[event.key === "j" ? Math.min(at + 1, stops.length - 1) : Math.max(at - 1, 0)];
    next?.querySelector("a, button")?.focus();
  });

  // --- Combobox -----------------------------------------------------------------------------------

  const boxOf = (element) => element.closest?.(".combobox");
  const listOf = (box) => box.querySelector('[role="listbox"]');
  const inputOf = (box) => box.querySelector('[role="combobox"]');

  function showList(box, open) {
    listOf(box).hidden = !open;
    inputOf(box).setAttribute("aria-expanded", open);
    if (!open) inputOf(box).removeAttribute("aria-activedescendant");
  }

  function point(box, option) {
    for (const other of listOf(box).querySelectorAll('[role="option"]')) other.setAttribute("aria-selected", other === option);
    option.id ||= `${listOf(box).id}-${[...listOf(box).children].indexOf(option)}`;
    inputOf(box).setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function choose(box, option) {
    if (option.dataset.href) return location.assign(option.dataset.href);
    const input = inputOf(box);
    const holder = box.querySelector('input[type="hidden"]');
    input.value = option.dataset.text ?? option.textContent.trim();
    showList(box, false);
    if (holder) holder.value = option.dataset.value;
    (holder ?? input).dispatchEvent(new Event("change", { bubbles: true }));
  }

  on("htmx:afterSwap", ({ detail: { target } }) => {
    const box = target && boxOf(target);
    if (box) showList(box, target.children.length > 0 && document.activeElement === inputOf(box));
  });
  on("input", (event) => {
    const box = boxOf(event.target);
    const holder = box?.querySelector('input[type="hidden"]');
    if (holder) holder.value = ""; // typed text is no longer the chosen one
  });
  on("keydown", (event) => {
    const box = boxOf(event.target);
    if (!box || event.isComposing) return;
    const options = [...listOf(box).querySelectorAll('[role="option"]')];
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const open = !listOf(box).hidden;
    if (event.key === "Escape" && open) showList(box, false);
    else if (event.key === "Enter" && open && at >= 0) choose(box, options[at]);
    else if (event.key === "ArrowDown" && options.length) point(box, options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp" && options.length) point(box, options.at(at > 0 ? at - 1 : -1));
    else return;
    if (event.key.startsWith("Arrow")) showList(box, true);
    event.preventDefault();
  });
  on("mousedown", (event) => {
    const option = event.target.closest('.combobox [role="option"]');
    if (!option) return;
    event.preventDefault(); // the input keeps the focus
    choose(boxOf(option), option);
  });
  on("keydown", (event) => { // the search box from anywhere
    const typing = event.target.closest("input, textarea, select, dialog, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    const search = document.querySelector("[data-search]");
    if (!search) return;
    event.preventDefault();
    search.select();
    search.focus();
  });
  on("focusout", (event) => {
    const box = boxOf(event.target);
    if (box && !box.contains(event.relatedTarget)) showList(box, false);
  });

  // --- Filters: boxes tell in their summary what is ticked; a select that adds one is ready for the next ---

  on("change", ({ target }) => {
    const filter = target.closest("details.filter");
    if (!filter) return;
    const ticked = [...filter.querySelectorAll("input:checked")].map((box) => box.parentNode.textContent.trim());
    const words = filter.querySelector("[data-ticked]");
    words.textContent = ticked.join("、") || words.dataset.ticked;
    filter.classList.toggle("is-set", ticked.length > 0);
  });
  on("htmx:beforeRequest", ({ detail: { elt } }) => {
    for (const select of elt.querySelectorAll?.("select[data-adds]") ?? []) select.value = "";
  });

  // --- Folded parts that stay as a person left them on a wide screen: <details data-remember="key"> ---

  const isWide = () => matchMedia("(min-width: 1201px)").matches;
  function unfold() {
    for (const part of document.querySelectorAll("details[data-remember]")) {
      part.open = isWide() && localStorage.getItem(part.dataset.remember) !== "closed";
    }
  }
  on("toggle", ({ target }) => {
    if (!target.matches("details[data-remember]") || !isWide()) return;
    localStorage.setItem(target.dataset.remember, target.open ? "open" : "closed");
  }, true);

  // --- Section index: the section in view is marked -----------------------------------------------

  function watchSections(index) {
    const links = new Map([...index.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
    const mark = (id) => links.forEach((link, key) => {
      if (key === id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    const watcher = new IntersectionObserver((entries) => {
      const seen = entries.find((entry) => entry.isIntersecting);
      if (seen) mark(seen.target.id);
    }, { rootMargin: "-80px 0px -65% 0px" });
    for (const id of links.keys()) {
      const section = document.getElementById(id);
      if (section) watcher.observe(section);
    }
  }

  on("DOMContentLoaded", () => {
    for (const shown of document.querySelectorAll(".tabs [aria-current]")) {
      shown.parentNode.scrollLeft = shown.offsetLeft - shown.parentNode.offsetLeft - 40; // on a phone it may be out of sight
    }
    document.querySelectorAll("[data-section-index]").forEach(watchSections);
    unfold();
    showDependents();
    document.querySelector(":is(input, select, textarea, fieldset):target")?.focus(); // a link to one field
    focusFirst(document);
    retireMessages();
  });
})();
