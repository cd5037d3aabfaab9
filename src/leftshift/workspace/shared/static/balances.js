// The balances beside a sheet: asked for anew whenever the grid has saved something.
const panel = document.getElementById("live-balances");
const status = document.getElementById("grid-status");

async function renew() {
  const answer = await fetch(panel.dataset.address);
  if (answer.ok) panel.innerHTML = await answer.text();
}

const saved = () => status.textContent.startsWith("Saved");
if (panel && status) new MutationObserver(() => saved() && renew()).observe(status, { childList: true, characterData: true, subtree: true });
