/** How long a hold lasts when nobody says, in ms: as long as the `openai` package waits for an answer. */
export const defaultLeaseMs = 600_000;

/** How long a hold whose lease is over is remembered for a settling that comes late, in ms. */
export const lateMs = 600_000;

/** Into how many slices a rolling window is cut. */
export const slicesPerWindow = 60;
