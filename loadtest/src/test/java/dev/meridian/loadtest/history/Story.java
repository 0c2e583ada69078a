package dev.meridian.loadtest.history;

import dev.meridian.loadtest.linearize.Budget;
import dev.meridian.model.Digest;
import dev.meridian.model.TagName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes down, second by second, what one client after the other did. */
final class Story {

  private static final long SECOND = 1_000_000_000;

  private final List<Operation> operations = new ArrayList<>();

  static Digest manifest(String name) {
    return Digest.of(Digest.Algorithm.SHA256, name.getBytes(StandardCharsets.UTF_8));
  }

  static TagName tag(String name) {
    return TagName.parse(name);
  }

  Story set(String tag, String manifest) {
    return add(put(tag, manifest, new Condition.None()), new Outcome.Done());
  }

  Story create(String tag, String manifest, Outcome outcome) {
    return add(put(tag, manifest, new Condition.Absent()), outcome);
  }

  Story swap(String tag, String expected, String manifest, Outcome outcome) {
    return add(put(tag, manifest, new Condition.Names(manifest(expected))), outcome);
  }

  Story read(String tag, Outcome outcome) {
    return add(new Action.ReadTag(tag(tag), false), outcome);
  }

  Story list(String... tags) {
    Set<TagName> names = Stream.of(tags).map(Story::tag).collect(Collectors.toSet());
    return add(new Action.ListTags(), new Outcome.Listed(names));
  }

  Story add(Action action, Outcome outcome) {
    int number = operations.size();
    operations.add(
        new Operation(
            number % 3,
            "region-" + number % 3,
            action,
            outcome,
            number * SECOND,
            number * SECOND + SECOND / 2));
    return this;
  }

  List<Finding> check() {
    return new HistoryChecker(Budget.DEFAULT).check(operations);
  }

  Operation operation(int number) {
    return operations.get(number);
  }

  private static Action.Put put(String tag, String manifest, Condition condition) {
    return new Action.Put(tag(tag), manifest(manifest), condition);
  }
}
