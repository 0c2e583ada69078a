package dev.meridian.loadtest.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Resident memory of a process on this machine, from {@code /proc} (proc(5)).
 *
 * @param residentBytes now
 * @param peakResidentBytes the most since the process began
 */
public record ProcessMemory(long residentBytes, long peakResidentBytes) {

  /** That of a process; zero of one that has ended. */
  public static ProcessMemory of(long pid) {
    String status = read(pid, "status");
    return new ProcessMemory(bytes(status, "VmRSS:"), bytes(status, "VmHWM:"));
  }

  /** A file of a process; empty when it has ended. */
  static String read(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), file));
    } catch (IOException e) {
      return ""; // the process has ended
    }
  }

  private static long bytes(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
        .sum();
  }
}
