package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.commands.EtcdCommands.Form;
import dev.meridian.loadtest.report.Goal;
import dev.meridian.loadtest.report.Ratio.Measure;
import java.util.List;

/**
 * A line of the table of goals for the metadata plane.
 *
 * @param outstanding how many commands are under way at any time
 */
public record CommandRow(Form form, int outstanding, Measure measure, Goal goal) {

  private static final Goal THROUGHPUT = Goal.atLeast(2);
  private static final Goal LATENCY = Goal.atMost(3);

  /** Most load first: a JVM is as fast as it gets when the one command at a time comes. */
  static final List<CommandRow> ALL =
      List.of(
          new CommandRow(Form.PUT, 256, Measure.OPERATIONS_PER_S, THROUGHPUT),
          new CommandRow(Form.PUT, 64, Measure.OPERATIONS_PER_S, THROUGHPUT),
          new CommandRow(Form.PUT, 1, Measure.P50_MS, LATENCY),
          new CommandRow(Form.TRANSACTION, 256, Measure.OPERATIONS_PER_S, THROUGHPUT),
          new CommandRow(Form.TRANSACTION, 64, Measure.OPERATIONS_PER_S, THROUGHPUT),
          new CommandRow(Form.TRANSACTION, 1, Measure.P50_MS, LATENCY));

  /** What is compared, in words. */
  String work() {
    String other =
        switch (form) {
          case PUT -> "puts";
          case TRANSACTION -> "transactions";
        };
    return "tag moves to etcd's %s, %d outstanding".formatted(other, outstanding);
  }
}
