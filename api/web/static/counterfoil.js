// What plain HTML cannot do: copy a text, and open what an address points at. Every page works without it.

function say(text) {
  for (const place of document.querySelectorAll("[data-said]")) place.textContent = text;
}

for (const button of document.querySelectorAll("button[data-copies]")) {
  const source = document.getElementById(button.dataset.copies);
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      say("Copied.");
      button.textContent = "Copied";
    } catch {
      say("The browser did not allow copying.");
      getSelection().selectAllChildren(source);
    }
  });
}
