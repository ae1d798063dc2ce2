/** How long an invitation holds for which nothing was said, ms. */
export const defaultExpiryMs = 24 * 3_600_000;
