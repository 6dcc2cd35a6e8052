// A text ready to be sent is copied by one tap; where a browser does not let it be, the text is selected instead.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy);
    getSelection().selectAllChildren(text);
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.parentElement.querySelector("[data-copied]").hidden = false;
    } catch {
      button.blur();
    }
  });
}
