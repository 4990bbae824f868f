/** Two decimals, as the answers have them; never -0.00. */
export const hundredthsText = (value: number): string => (Math.round(value * 100) / 100 + 0).toFixed(2)
