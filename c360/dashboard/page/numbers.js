// Exact numbers: a value is {units, scale}, so 12.34 is 1234 units of scale 2; nothing is rounded
// but a ratio, once, half up.
const FORMAT_SCALES = { money: 2, rate: 4, average: 4, count: 0 };

function exact(source) {
  if (source === null || source === undefined) return null;
  const text = String(source);
  const [whole, fraction = ""] = text.split(".");
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

function rescaled(value, scale) {
  return scale === value.scale ? value.units : value.units * 10n ** BigInt(scale - value.scale);
}

function added(values) {
  const found = values.filter((value) => value !== null);
  const scale = Math.max(0, ...found.map((value) => value.scale));
  return { units: found.reduce((sum, value) => sum + rescaled(value, scale), 0n), scale };
}

function subtracted(a, b) {
  return added([a, { units: -b.units, scale: b.scale }]);
}

function divided(a, b, scale) {
  if (a === null || b === null || b.units === 0n) return null;
  const over = a.units * 10n ** BigInt(scale + b.scale);
  const under = b.units * 10n ** BigInt(a.scale);
  const negative = over < 0n !== under < 0n;
  const [n, d] = [over < 0n ? -over : over, under < 0n ? -under : under];
  const rounded = (2n * n + d) / (2n * d);
  return { units: negative ? -rounded : rounded, scale };
}

function numberOf(value) {
  return value === null ? null : Number(value.units) / 10 ** value.scale;
}

function decimalText(value, scale = value.scale) {
  const negative = value.units < 0n;
  const digits = String(
    rescaled({ ...value, units: negative ? -value.units : value.units }, scale),
  ).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return (negative ? "-" : "") + whole + (scale ? "." + digits.slice(-scale) : "");
}

function grouped(text) {
  const [whole, fraction] = text.split(".");
  const parted = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return (fraction === undefined ? parted : `${parted}.${fraction}`).replace("-", "\u2212");
}

// At least two digits after the point, and more where they are no zeros.
const twoDigits = (value) =>
  grouped(decimalText(value, Math.max(2, value.scale)).replace(/(\.\d\d\d*?)0+$/, "$1"));

// A value as people read it. `bare` leaves the unit to the head of its column.
function shown(value, format, bare = false) {
  if (value === null || value === undefined) return "\u2013";
  if (format === "money")
    return twoDigits(value) + (bare ? "" : `\u00a0${facts.currency}`);
  if (format === "rate")
    return `${twoDigits({ units: value.units * 100n, scale: value.scale })}\u00a0%`;
  return grouped(decimalText(value));
}

function signed(value, format) {
  return (value !== null && value.units > 0n ? "+" : "") + shown(value, format);
}

// The value of a measure over rows: the sum of its numerator, or the ratio of two sums.
function measured(name, rows) {
  const measure = measures[name];
  const sumOf = (columns) =>
    added(columns.flatMap((column) => rows.map((row) => row[column === "rows" ? name : column])));
  if (!measure.numerator.length) throw new Error(`${name} belongs to one row`);
  if (!measure.denominator.length) return sumOf(measure.numerator);
  return divided(
    sumOf(measure.numerator),
    sumOf(measure.denominator),
    FORMAT_SCALES[measure.format],
  );
}

const told = (name, value) => shown(value, measures[name].format);
const titled = (name) => measures[name].title;
const isZero = (value) => value === null || value.units === 0n;

function compared(a, b) {
  if (a === null || b === null) return (a === null) - (b === null);
  const scale = Math.max(a.scale, b.scale);
  const [left, right] = [rescaled(a, scale), rescaled(b, scale)];
  return left < right ? -1 : left > right ? 1 : 0;
}

const plural = (count, noun) =>
  `${grouped(String(count))} ${noun}${String(count) === "1" ? "" : "s"}`;
const many = (value, noun) => plural(decimalText(value), noun);
