// A text ready to be sent is copied by one tap; where a browser does not let it be, the text is selected instead.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = /** @type {HTMLTextAreaElement} */ (document.getElementById(button.dataset.copy));
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
      button.parentElement.querySelector("[data-copied]").hidden = false;
    } catch {
      text.focus();
    }
  });
}
