package dev.meridian.loadtest.measure;

import java.util.List;

/**
 * CPU time and resident memory of processes on this machine, from {@code /proc} (proc(5)). A
 * process that has ended counts nothing.
 */
final class ProcessMeter {

  // USER_HZ is 100 on every Linux that a JVM of today runs on.
  private static final double TICKS_PER_SECOND = 100;
  // utime and stime are the 14th and 15th field; those after the name start with the 3rd.
  private static final int UTIME = 14 - 3;
  private static final int STIME = 15 - 3;

  private final List<Long> pids;
  private final double cpuAtStart;
  private long peakRss;

  /** Starts counting. */
  ProcessMeter(List<Long> pids) {
    this.pids = pids;
    this.cpuAtStart = cpuSeconds();
    sample();
  }

  /** Looks at memory once more. */
  void sample() {
    long sum = 0;
    for (long pid : pids) {
      sum += ProcessMemory.of(pid).residentBytes();
    }
    peakRss = Math.max(peakRss, sum);
  }

  /** What was used since the start. */
  ProcessUse use() {
    sample();
    return new ProcessUse(cpuSeconds() - cpuAtStart, peakRss);
  }

  private double cpuSeconds() {
    double sum = 0;
    for (long pid : pids) {
      String stat = ProcessMemory.read(pid, "stat");
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
      if (fields.length > STIME) {
        sum += (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) / TICKS_PER_SECOND;
      }
    }
    return sum;
  }
}
