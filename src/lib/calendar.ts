/** A stretch of a calendar. */
export type CalendarUnit = "hour" | "day" | "month";

/** Whether there is a time zone of this name, by the IANA database that Node comes with. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format(0) !== "";
  } catch {
    return false;
  }
}

// Longer than any of them: days of 25 hours, and days that a zone lived through twice.
const longestSeconds: Readonly<Record<CalendarUnit, number>> = {
  hour: 3_600,
  day: 49 * 3_600,
  month: 33 * 86_400,
};

/**
 * A calendar in a time zone, which says when the hour, the day or the month of a moment ends. An hour is one on the clock
 * on the wall: where the clock is put forward or back within it, it ends then.
 */
export class Calendar {
  readonly #format: Intl.DateTimeFormat;
  readonly #unit: CalendarUnit;

  /** @throws RangeError when there is no such time zone */
  constructor(unit: CalendarUnit, timeZone: string) {
    this.#unit = unit;
    this.#format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", { timeZone, ...fieldsOf[unit] });
  }

  /** The first moment after the hour, the day or the month of `time`, both in ms since the epoch. */
  endAfter(time: number): number {
    const label = this.#format.format(time);
    // Clocks are set at whole seconds: between `inside`, which is in it, and `beyond`, which is not, lies the end.
    let inside = Math.floor(time / 1_000);
    let beyond = inside + longestSeconds[this.#unit];
    while (beyond - inside > 1) {
      const middle = Math.floor((inside + beyond) / 2);
      if (this.#format.format(middle * 1_000) === label) inside = middle;
      else beyond = middle;
    }
    return beyond * 1_000;
  }
}

const day: Intl.DateTimeFormatOptions = { year: "numeric", month: "numeric", day: "numeric" };

// The offset tells an hour from the one that comes again when the clock is put back.
const fieldsOf: Readonly<Record<CalendarUnit, Intl.DateTimeFormatOptions>> = {
  hour: { ...day, hour: "numeric", hourCycle: "h23", timeZoneName: "longOffset" },
  day,
  month: { year: "numeric", month: "numeric" },
};
