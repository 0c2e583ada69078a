package dev.meridian.loadtest.linearize;

import java.util.ArrayList;
import java.util.List;

/** Writes histories down, one call after the other; ids count from 0. */
final class Calls {

  static final int ABSENT = 0;
  static final LinearizabilityChecker CHECKER = new LinearizabilityChecker(ABSENT, Budget.DEFAULT);

  private final List<Call> calls = new ArrayList<>();

  Calls set(int value, long start, long end) {
    return add(Step.change(new Guard.Anything(), value), start, end);
  }

  Calls swap(int expected, int value, long start, long end) {
    return add(Step.change(new Guard.Is(expected), value), start, end);
  }

  Calls refusedSwap(int expected, long start, long end) {
    return add(Step.observe(new Guard.IsNot(expected)), start, end);
  }

  Calls delete(long start, long end) {
    return add(Step.change(new Guard.IsNot(ABSENT), ABSENT), start, end);
  }

  Calls read(int value, long start, long end) {
    return add(Step.observe(new Guard.Is(value)), start, end);
  }

  Calls present(long start, long end) {
    return add(Step.observe(new Guard.IsNot(ABSENT)), start, end);
  }

  Calls replaced(int value, int next, long start, long end) {
    return add(Step.replace(value, next), start, end);
  }

  Calls lostSet(int value, long start) {
    return addLost(Step.change(new Guard.Anything(), value), start);
  }

  Calls lostSwap(int expected, int value, long start) {
    return addLost(Step.change(new Guard.Is(expected), value), start);
  }

  Calls lostDelete(long start) {
    return addLost(Step.change(new Guard.IsNot(ABSENT), ABSENT), start);
  }

  List<Call> list() {
    return List.copyOf(calls);
  }

  Verdict check() {
    return CHECKER.check(calls);
  }

  private Calls add(Step step, long start, long end) {
    calls.add(Call.certain(calls.size(), step, start, end));
    return this;
  }

  private Calls addLost(Step step, long start) {
    calls.add(Call.uncertain(calls.size(), step, start));
    return this;
  }
}
