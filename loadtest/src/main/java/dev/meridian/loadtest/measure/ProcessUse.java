package dev.meridian.loadtest.measure;

/** What processes used of the machine during a round; the peak is of sampled resident memory. */
public record ProcessUse(double cpuSeconds, long peakRssBytes) {}
