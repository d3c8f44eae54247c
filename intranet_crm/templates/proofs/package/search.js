"use strict";
const box = document.getElementById("search");
const rows = [...document.querySelectorAll("tbody tr")];
function search() {
  const wanted = box.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !wanted.every((word) => text.includes(word));
    if (!row.hidden) found += 1;
  }
  document.getElementById("found").textContent = `${found} 份`;
}
box.addEventListener("input", search);
search();
