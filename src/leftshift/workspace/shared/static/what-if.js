// Sliders that redraw the answer at once. Without this script the form does the same on a button.

const form = document.getElementById("levers");
const answer = document.getElementById("answer");
const link = document.getElementById("link");
const keep = document.getElementById("keep");
let asked = 0;
let timer = 0;

for (const part of form.querySelectorAll(".app-with-script")) part.hidden = false;

const query = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));

async function redraw() {
  const number = ++asked;
  const settings = query();
  try {
    const found = await fetch(`?${settings}&part=1`);
    if (!found.ok || number !== asked) return;
    answer.innerHTML = await found.text();
  } catch { return; }
  history.replaceState(null, "", `?${settings}`);
  link.value = location.href;
  for (const [name, value] of settings) if (keep?.elements[name]) keep.elements[name].value = value;
}

form.addEventListener("input", (event) => {
  const input = event.target;
  if (input.dataset.for) document.getElementById(input.dataset.for).value = input.value;
  else if (input.type === "number") form.querySelector(`[data-for="${CSS.escape(input.id)}"]`).value = input.value;
  else return;
  clearTimeout(timer);
  timer = setTimeout(redraw, 25);
});
form.elements.add.addEventListener("change", () => form.submit());
link.value = location.href;
