import type { RoutingRequest } from "../glossary.ts";

/** A classifier would have sent the prompt to where its call may not go. */
export class OutsideRegion extends Error {
  override readonly name = "OutsideRegion";
}

/**
 * To be called before a prompt is sent to a model that runs in `region`.
 * @throws OutsideRegion when the request may not be sent there
 */
export function stayInside({ allowedRegions }: RoutingRequest, region: string | undefined): void {
  if (allowedRegions === undefined || allowedRegions.has(region)) return;
  const where = region === undefined ? "The region of its client is not known" : `Its client runs in ${region}`;
  const inside = allowedRegions.names.join(" or ") || "no region at all";
  throw new OutsideRegion(`${where}, and by ${allowedRegions.by} the call must stay in ${inside}: nothing was sent.`);
}
