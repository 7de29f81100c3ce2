/** The alias, what it means, what that means… up to the first name that is no alias, or that came before. */
export function aliasChain(alias: string, aliases: ReadonlyMap<string, string>): readonly string[] {
  const chain = [alias];
  let next = aliases.get(alias);
  while (next !== undefined) {
    const seen = chain.includes(next);
    chain.push(next);
    next = seen ? undefined : aliases.get(next);
  }
  return chain;
}
