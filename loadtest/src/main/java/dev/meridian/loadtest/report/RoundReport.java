package dev.meridian.loadtest.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.meridian.loadtest.measure.ProcessUse;
import dev.meridian.loadtest.measure.RoundResult;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/** One round in figures. Server figures are there for targets whose processes were named. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RoundReport(
    double elapsedMs,
    long operations,
    long errors,
    double operationsPerS,
    double megabytesPerS,
    double p50Ms,
    double p99Ms,
    double clientCpuS,
    OptionalDouble serverCpuS,
    OptionalLong serverPeakRssBytes) {

  private static final double MEGABYTE = 1e6;

  static RoundReport of(RoundResult round) {
    Histogram all = round.notes().all();
    double seconds = round.elapsed().toNanos() / 1e9;
    return new RoundReport(
        seconds * 1e3,
        all.getTotalCount(),
        round.notes().errorCount(),
        all.getTotalCount() / seconds,
        round.notes().bytes() / MEGABYTE / seconds,
        Latency.ms(all, 50),
        Latency.ms(all, 99),
        round.clientCpuSeconds(),
        round
            .server()
            .map(ProcessUse::cpuSeconds)
            .map(OptionalDouble::of)
            .orElse(OptionalDouble.empty()),
        round
            .server()
            .map(ProcessUse::peakRssBytes)
            .map(OptionalLong::of)
            .orElse(OptionalLong.empty()));
  }

  double seconds() {
    return elapsedMs / 1e3;
  }

  /** Server CPU per gigabyte of content that was moved; not a number when nothing is known. */
  double serverCpuSPerGb() {
    return serverCpuS.orElse(Double.NaN) / (megabytesPerS * seconds() / 1e3);
  }
}
