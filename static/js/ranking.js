// Counts what the shortlist takes of each limit while proposals are moved over the line of the ranking.
// Whole øre all through, and the rule's own words. Without it the button "Regn igen" asks the server.
(() => {
  const form = document.getElementById("choices");
  if (!form) return;

  const words = form.dataset;
  const cap = BigInt(words.cap);
  const choices = [...document.querySelectorAll("[data-choice]")].map((select) => {
    const row = select.closest("tr");
    return {
      select,
      list: select.closest("[data-list]").dataset.list,
      rule: select.dataset.rule,
      place: Number(select.dataset.place),
      amount: BigInt(select.dataset.amount),
      outcome: BigInt(select.dataset.outcome),
      total: row.querySelector("[data-total]"),
      moved: row.querySelector("[data-moved]"),
      remarks: row.querySelector("[data-remarks]"),
    };
  });
  const limits = [...document.querySelectorAll("[data-limit]")].map((name) => {
    const row = name.closest("tr");
    const shown = (part) => row.querySelector(`[data-${part}]`);
    return { name: name.dataset.limit, room: BigInt(name.dataset.room), used: shown("used"), left: shown("left"), over: shown("over") };
  });
  const verdict = document.querySelector("[data-verdict]");
  const inAll = document.querySelector("[data-recommended]");

  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ".");

  // As the server writes it: points between thousands, øre only when there are any, and a space that does not break.
  function kroner(ore) {
    const sign = ore < 0n ? "-" : "";
    const whole = ore < 0n ? -ore : ore;
    const rest = whole % 100n;
    return `${sign}${grouped(whole / 100n)}${rest ? `,${String(rest).padStart(2, "0")}` : ""}\u00a0kr.`;
  }

  const fill = (text, ...figures) => figures.reduce((said, figure) => said.replace("{}", figure), text);
  const isRecommended = (one) => one.select.value === "i";

  function write(element, text) {
    if (element.textContent !== text) element.textContent = text; // A reader is told only what has changed.
    element.hidden = text === "";
  }

  // Who stands before somebody better placed, against the rule: what the rule leaves out counts for those people moved.
  function remarksOf(one, passed) {
    if (!isRecommended(one)) return [];
    const found = [];
    if (one.amount > cap) found.push(fill(words.overCap, kroner(one.amount - cap)));
    const ahead = passed.filter((other) => other.place < one.place && (one.rule !== "i" || other.rule === "i"));
    if (ahead.length > 1) found.push(fill(words.aheadOfMore, grouped(ahead[0].place), grouped(ahead.length - 1)));
    else if (ahead.length === 1) found.push(fill(words.aheadOfOne, grouped(ahead[0].place)));
    return found;
  }

  function countList(list) {
    const passed = [];
    let total = 0n;
    for (const one of choices.filter((choice) => choice.list === list)) {
      if (isRecommended(one)) total += one.amount;
      else passed.push(one);
      write(one.total, kroner(total));
      one.moved.hidden = one.select.value === one.rule;
      write(one.remarks, remarksOf(one, passed).join(" "));
    }
  }

  function used() {
    const sum = { frame: 0n, projects: 0n, free_capital: 0n, outcome_fund: 0n, donation_pool: 0n };
    for (const one of choices.filter(isRecommended)) {
      sum.frame += one.amount;
      sum.free_capital += one.amount;
      sum.outcome_fund += one.outcome;
      if (one.list === "donations") sum.donation_pool += one.amount;
      else sum.projects += 1n;
    }
    return sum;
  }

  function countLimits() {
    const sum = used();
    const exceeded = [];
    for (const limit of limits) {
      const shown = limit.name === "projects" ? grouped : kroner;
      const over = sum[limit.name] - limit.room;
      write(limit.used, shown(sum[limit.name]));
      write(limit.left, shown(over < 0n ? -over : 0n));
      write(limit.over, shown(over > 0n ? over : 0n));
      const said = `exceeded${limit.name.replace(/(^|_)(.)/g, (_, __, letter) => letter.toUpperCase())}`;
      if (over > 0n) exceeded.push(fill(words[said], shown(over)));
    }
    const above = choices.filter((one) => isRecommended(one) && one.amount > cap).length;
    if (above) exceeded.push(fill(words.overCaps, grouped(above)));
    write(inAll, kroner(sum.frame));
    write(verdict, exceeded.join(" ") || words.within);
  }

  // The address follows, with nothing in it but what was moved, so that it can be shared as it stands.
  function keepAddress() {
    const moved = choices.filter((one) => one.select.value !== one.rule);
    const parts = moved.map((one) => `${one.select.name}=${one.select.value}`).join("&");
    window.history.replaceState(null, "", parts ? `?${parts}` : window.location.pathname);
  }

  function count() {
    for (const list of new Set(choices.map((one) => one.list))) countList(list);
    countLimits();
  }

  for (const one of choices) {
    one.select.addEventListener("change", () => {
      count();
      keepAddress();
    });
  }
  count(); // A browser keeps what was chosen when it goes back.
})();
