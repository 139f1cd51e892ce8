// Loads and counts in words, as the rest of the report has them (reports/text.py; a test compares the two).

/** `amount` to whole steps; halves go to the even one. */
function toSteps(amount, step) {
  const steps = Math.floor(amount / step);
  const rest = amount / step - steps;
  return step * (rest > 0.5 || (rest === 0.5 && steps % 2 === 1) ? steps + 1 : steps);
}

/** `amount` to two digits. */
function rounded(amount) {
  const digits = String(Math.floor(Math.abs(amount))).length;
  return toSteps(amount, 10 ** Math.max(digits - 2, 0));
}

/** `amount` to one digit after the point; halves go to the even one. */
function toTenths(amount) {
  const isHalf = Number.isInteger(amount * 4) && !Number.isInteger(amount * 2);
  return isHalf ? toSteps(amount * 10, 1) / 10 : Number(amount.toFixed(1));
}

function thousands(count) {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** Nanoseconds as time, to two digits: "1.2 ms". */
function duration(load) {
  let amount = load;
  let unit = "s";
  for (const smaller of ["ns", "µs", "ms"]) {
    if (amount < 995) {
      unit = smaller;
      break;
    }
    amount /= 1000;
  }
  return amount < 9.95 ? `${toTenths(amount)} ${unit}` : `${thousands(rounded(amount))} ${unit}`;
}

/** A load to two digits: "1.2 ms" of a calibrated model, "1,200,000 units" of any other. */
function brief(load, calibrated) {
  return calibrated ? duration(load) : `${thousands(rounded(load))} units`;
}

/** `part` of `whole` in percent: "35%", "under 1%"; "" of nothing. */
function share(part, whole) {
  if (whole <= 0) return "";
  const percent = (100 * part) / whole;
  return percent > 0 && percent < 1 ? "under 1%" : `${toSteps(percent, 1)}%`;
}

/** "1 op", "2 ops". */
function counted(count, noun) {
  return `${thousands(count)} ${noun}${count === 1 ? "" : "s"}`;
}
