// Looks how far a job is, until it is over. Without this script a link looks again.

const place = document.getElementById("job");
document.body.classList.add("app-scripted");

async function look() {
  try {
    // Followed here, the redirect would use up what the next page says once: the browser has to follow it.
    const found = await fetch("?part=1", { redirect: "manual" });
    if (found.type === "opaqueredirect") { location.reload(); return; }
    if (found.ok) {
      const words = await found.text();
      if (!words.includes("<progress")) { location.reload(); return; }
      place.innerHTML = words;
    }
  } catch { /* the server may be on its way back */ }
  setTimeout(look, 700);
}

setTimeout(look, 300);
