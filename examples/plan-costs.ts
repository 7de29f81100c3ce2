// Before the bill: what a mix of models costs as you grow, the budget that follows, and what a feature has to earn.
import { globalApi } from "modelrouter";
import { adviseBudget, compareOutages, featureMargin, forecastCosts, pricesOf } from "modelrouter/planning";

const mix = { cheap: 0.8, balanced: 0.15, premium: 0.05 }; // shares of the tokens
const stages = [5_000_000, 50_000_000, 500_000_000, 5_000_000_000]; // tokens a month
const preset = globalApi({ standardKey: "any", proKey: "another" }); // tiers, prices and the baseline gpt-4o
const forecast = forecastCosts({ ...pricesOf(preset), mix, stages });

const usd = (amount: number): string => `$${amount.toLocaleString("en-US", { minimumFractionDigits: 2 })}`;
for (const { name, monthlyUsd, saving = 0 } of [forecast.mix, ...forecast.alternatives]) {
  console.log(`${name}: ${monthlyUsd.slice(1).map(usd).join(", ")}, saves ${(saving * 100).toFixed(1)} %`);
}
//=> mix: $18.35, $183.50, $1,835.00, saves 96.3 %
//=> cheap: $12.50, $125.00, $1,250.00, saves 97.5 %
//=> balanced: $14.00, $140.00, $1,400.00, saves 97.2 %
//=> premium: $125.00, $1,250.00, $12,500.00, saves 75.0 %
//=> gpt-4o: $500.00, $5,000.00, $50,000.00, saves 0.0 %

const premiumUsd = forecast.parts.find(({ name }) => name === "premium")?.monthlyUsd[3] ?? 0;
const { cap, warnings } = adviseBudget({ monthlyUsd: premiumUsd });
console.log(`premium: ${usd(cap.dayUsd)} a day at most, warn at ${usd(warnings[0]?.dayUsd ?? 0)}`);
//=> premium: $61.65 a day at most, warn at $49.32

const outages = compareOutages({ revenuePerHourUsd: 1000, uptime: 0.999, premiumUptime: 0.9999, premiumUsd });
console.log(`${outages.standard.hoursPerYear} h a year down; premium avoids ${usd(outages.avoidedUsd)} a month`);
//=> 8.76 h a year down; premium avoids $657.00 a month

const costPerCallUsd = (1200 / 1_000_000) * forecast.mix.usdPerMillion;
const titles = featureMargin({ costPerCallUsd, callsPerUser: 300, revenuePerUserUsd: 2 });
console.log(titles.covered, `from ${usd(titles.breakEvenPerUserUsd)} a user and month`);
//=> true from $0.132 a user and month
