// Starts the design system's scripts, and counts words. Every page works without them.
window.DKFDS.init();

// Counts as foundation/text.py does: what is never kept is taken away first, then runs of anything but white space.
const NEVER_KEPT = new RegExp(
  "[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\u00ad\\u180e\\u200b\\u2060-\\u2064\\ufeff\\u202a-\\u202e\\u2066-\\u206f" +
    "\\ufdd0-\\ufdef\\ufff9-\\ufffb\\ufffe\\uffff\\u{e0000}-\\u{e007f}]|\\p{Cs}" +
    "|[" + Array.from({ length: 16 }, (_, plane) => String.fromCodePoint(plane * 65536 + 131070, plane * 65536 + 131071)).join("") + "]",
  "gu"
);
const UNSEEN = /^[\s\p{Cc}\p{Cf}\p{Cs}\p{Mn}\p{Me}\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]*$/u;

function countWords(text) {
  const kept = text.replace(/[\x85]/g, "\n").replace(NEVER_KEPT, "");
  return UNSEEN.test(kept) ? 0 : (kept.match(/\S+/g) || []).length;
}

function showWords(field, shown) {
  const most = Number(shown.dataset.mostWords);
  const count = countWords(field.value);
  const numbers = new Intl.NumberFormat("da-DK");
  shown.textContent =
    count > most
      ? `${numbers.format(count)} ord. Det er ${numbers.format(count - most)} for meget.`
      : `${numbers.format(count)} af ${numbers.format(most)} ord`;
  shown.classList.toggle("too-many-words", count > most);
  shown.setAttribute("aria-live", count > most ? "polite" : "off"); // A reader is told only when it matters.
}

for (const shown of document.querySelectorAll("[data-most-words]")) {
  const field = document.getElementById(shown.dataset.wordsOf);
  field.addEventListener("input", () => showWords(field, shown));
  showWords(field, shown);
  shown.hidden = false;
}
