// Shows the score sheet one dimension at a time, beside what it rests on, and counts while it is filled in.
// Without it the sheet is one long page, and the numbers are those that were saved.
(() => {
  const sheet = document.getElementById("score-sheet");
  if (!sheet) return;

  const live = document.querySelector("[data-live-score]");
  const half = document.querySelector(".half-read");
  const dimensions = [...sheet.querySelectorAll("[data-dimension]")].map((part) => ({
    part,
    name: part.dataset.name,
    weight: Number(part.dataset.weight),
    radios: [...part.querySelectorAll("input[type=radio]")],
    texts: [...part.querySelectorAll("textarea, input[type=text]")], // The reason, and where it is written.
    passages: part.dataset.passages
      .split(" ")
      .map((key) => document.getElementById(`section-${key}`)?.closest("section"))
      .filter(Boolean),
  }));

  const scoreOf = (dimension) => {
    const chosen = dimension.radios.find((radio) => radio.checked);
    return chosen ? Number(chosen.value) : null;
  };

  // As the server rounds: two decimals, a half upwards, in whole numbers so that nothing is lost on the way.
  function inDanish(points, weights) {
    const hundredths = Math.floor((200 * points + weights) / (2 * weights));
    return `${Math.floor(hundredths / 100)},${String(hundredths % 100).padStart(2, "0")}`;
  }

  function count() {
    const scored = dimensions.filter((dimension) => scoreOf(dimension) !== null);
    const weights = scored.reduce((sum, dimension) => sum + dimension.weight, 0);
    const points = scored.reduce((sum, dimension) => sum + dimension.weight * scoreOf(dimension), 0);
    const given = `${scored.length} af ${dimensions.length} dimensioner har et niveau`;
    const word = scored.length === dimensions.length ? "Modenhed" : "Foreløbig modenhed";
    const said = weights ? `${given}. ${word}: ${inDanish(points, weights)}.` : `${given}.`;
    if (live.textContent !== said) live.textContent = said; // A reader is told only when it has changed.
  }

  function markOf(dimension) {
    const hasScore = scoreOf(dimension) !== null;
    const written = dimension.texts.filter((text) => text.value.trim() !== "").length;
    if (hasScore && written === dimension.texts.length) return "klar";
    return hasScore || written ? "i gang" : "mangler";
  }

  const list = document.createElement("ol");
  list.className = "dimension-list";
  list.setAttribute("aria-label", "De otte dimensioner");
  const links = dimensions.map((dimension, place) => {
    const item = list.appendChild(document.createElement("li"));
    const link = item.appendChild(document.createElement("button"));
    link.type = "button";
    link.addEventListener("click", () => show(place, true));
    return link;
  });

  function mark() {
    dimensions.forEach((dimension, place) => {
      const state = markOf(dimension);
      links[place].textContent = `${dimension.name}: ${state}`;
      links[place].dataset.state = state;
    });
  }

  const step = (text, by) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-secondary";
    button.textContent = text;
    button.addEventListener("click", () => show(current + by, true));
    return button;
  };
  const previous = step("Forrige", -1);
  const next = step("Næste", 1);
  const steps = document.createElement("div");
  steps.className = "dimension-steps";
  steps.append(previous, next);

  let current = 0;

  function show(place, moveFocus) {
    current = Math.max(0, Math.min(place, dimensions.length - 1));
    dimensions.forEach((dimension, other) => {
      dimension.part.hidden = other !== current;
      if (other === current) links[other].setAttribute("aria-current", "step");
      else links[other].removeAttribute("aria-current");
    });
    previous.hidden = current === 0;
    next.hidden = current === dimensions.length - 1;
    showPassages(dimensions[current].passages);
    if (moveFocus) {
      dimensions[current].part.focus({ preventScroll: true });
      dimensions[current].part.scrollIntoView({ block: "nearest" });
    }
  }

  function showPassages(passages) {
    for (const section of half.querySelectorAll(".passage")) section.classList.remove("passage");
    for (const section of passages) section.classList.add("passage");
    // Only where the proposal has a scroll bar of its own: on a phone the page must not jump.
    if (passages.length && half.scrollHeight > half.clientHeight) {
      half.scrollTop += passages[0].getBoundingClientRect().top - half.getBoundingClientRect().top - 16;
    }
  }

  // A link in the list of faults leads to a field that may be out of sight.
  function showTarget(id) {
    const field = id && document.getElementById(id);
    const place = dimensions.findIndex((dimension) => field && dimension.part.contains(field));
    if (place < 0) return;
    show(place, false);
    field.focus();
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link) showTarget(link.hash.slice(1));
  });

  for (const { part } of dimensions) {
    part.tabIndex = -1;
    part.setAttribute("role", "group");
    part.setAttribute("aria-label", part.dataset.name);
  }
  sheet.before(list);
  dimensions[dimensions.length - 1].part.after(steps);
  sheet.addEventListener("change", () => (count(), mark()));
  sheet.addEventListener("input", mark);
  const faulty = dimensions.findIndex(({ part }) => part.querySelector(".form-error"));
  const lacking = dimensions.findIndex((dimension) => markOf(dimension) !== "klar");
  count();
  mark();
  show(faulty >= 0 ? faulty : Math.max(lacking, 0), false);
})();
