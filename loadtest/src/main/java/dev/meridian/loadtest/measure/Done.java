package dev.meridian.loadtest.measure;

/** An operation that succeeded: what kind it was, and how many bytes of content it moved. */
public record Done(String kind, long bytes) {}
