package dev.meridian.loadtest.history;

import dev.meridian.loadtest.linearize.Budget;
import dev.meridian.loadtest.linearize.Call;
import dev.meridian.loadtest.linearize.Guard;
import dev.meridian.loadtest.linearize.LinearizabilityChecker;
import dev.meridian.loadtest.linearize.Verdict;
import dev.meridian.model.Reference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Checks a history: each tag and each manifest must have been linearizable, but for reads by digest
 * of what was deleted, and no answer may be wrong by itself.
 *
 * @param budget of each tag and each manifest
 */
public record HistoryChecker(Budget budget) {

  /** All that is wrong; empty when the registry kept its promises as far as clients could see. */
  public List<Finding> check(List<Operation> operations) {
    Registers registers = new Registers(operations);
    return Stream.concat(
            operations.stream()
                .filter(operation -> operation.outcome() instanceof Outcome.Wrong)
                .map(Finding.WrongAnswer::new),
            registers.calls().keySet().stream()
                .flatMap(register -> check(register, registers, operations)))
        .toList();
  }

  private Stream<Finding> check(
      Reference register, Registers registers, List<Operation> operations) {
    List<Call> calls = registers.calls().get(register);
    return switch (new LinearizabilityChecker(Registers.ABSENT, budget).check(calls)) {
      case Verdict.Linearizable() -> Stream.empty();
      case Verdict.Undecided(String reason) ->
          Stream.of(new Finding.Undecided(register.toString(), reason));
      case Verdict.Impossible verdict -> {
        List<Call> shown =
            verdict.window().stream()
                .filter(call -> call.certain() || call.start() >= verdict.since())
                .toList();
        List<Call> writers = writers(shown, calls);
        Set<Integer> ids = new HashSet<>();
        Stream.concat(shown.stream(), writers.stream()).forEach(call -> ids.add(call.id()));
        yield Stream.of(
            new Finding.Violation(
                register.toString(),
                operations(writers, operations),
                operations(shown, operations),
                (int) verdict.window().stream().filter(call -> !ids.contains(call.id())).count(),
                operations.get(verdict.impossible().id()),
                verdict.possible().stream()
                    .map(value -> registers.describe(register, value))
                    .sorted()
                    .toList()));
      }
    };
  }

  /** The calls that wrote the values that others met, and are not among them. */
  private static List<Call> writers(List<Call> others, List<Call> all) {
    Set<Integer> ids = new HashSet<>();
    Set<Integer> met = new HashSet<>();
    for (Call call : others) {
      ids.add(call.id());
      if (call.step().guard() instanceof Guard.Is(int value) && value != Registers.ABSENT) {
        met.add(value);
      }
    }
    List<Call> writers = new ArrayList<>();
    for (Call call : all) {
      if (!ids.contains(call.id())
          && call.step().next().isPresent()
          && met.contains(call.step().next().getAsInt())) {
        writers.add(call);
      }
    }
    return writers.stream().sorted(Comparator.comparingLong(Call::start)).toList();
  }

  private static List<Operation> operations(List<Call> calls, List<Operation> operations) {
    return calls.stream().map(call -> operations.get(call.id())).toList();
  }
}
