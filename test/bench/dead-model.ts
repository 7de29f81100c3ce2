/** The model that the provider answers with a 500. */
export const deadModel = "dead-model";
