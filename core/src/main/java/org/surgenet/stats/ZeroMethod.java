package org.surgenet.stats;

/** What the signed-rank test does with differences that are exactly 0. */
public enum ZeroMethod {
    /** Drops them before ranking (Wilcoxon 1945; scipy's default). */
    WILCOX,
    /** Ranks them with the others, then leaves their ranks out of both sums (Pratt 1959). */
    PRATT,
    /** Ranks them with the others and gives half of their ranks to either sum. */
    ZSPLIT
}
