package dev.meridian.loadtest.measure;

import java.time.Duration;
import java.util.Optional;

/** What one round at one target came to. */
public record RoundResult(
    Duration elapsed,
    LatencyRecorder notes,
    double clientCpuSeconds,
    Optional<ProcessUse> server) {}
