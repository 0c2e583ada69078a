package dev.meridian.loadtest.report;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where the load tester ran. */
public record Machine(
    String processor, int processors, long memoryBytes, String system, String jvm) {

  /** This machine. */
  static Machine here() {
    OperatingSystemMXBean bean = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Machine(
        processorName(),
        bean.getAvailableProcessors(),
        bean.getTotalMemorySize(),
        bean.getName() + " " + bean.getVersion() + " " + bean.getArch(),
        System.getProperty("java.vm.name") + " " + Runtime.version());
  }

  private static String processorName() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown"; // not Linux
    }
  }
}
