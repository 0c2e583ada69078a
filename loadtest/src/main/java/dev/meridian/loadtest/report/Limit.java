package dev.meridian.loadtest.report;

/** What the machine can do at best, to see figures beside it. */
public record Limit(String what, Spread megabytesPerS) {}
