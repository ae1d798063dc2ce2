/** How long an invitation lets in for which nothing was said, ms. */
export const defaultExpiryMs = 24 * 3_600_000;
