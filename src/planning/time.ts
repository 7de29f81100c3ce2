/** A month is a twelfth of a year of 365 days: 730 hours. */
export const daysPerMonth = 365 / 12;
export const hoursPerMonth = daysPerMonth * 24;
export const hoursPerYear = 8760;
