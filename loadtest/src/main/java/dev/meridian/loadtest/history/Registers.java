package dev.meridian.loadtest.history;

import dev.meridian.loadtest.linearize.Call;
import dev.meridian.loadtest.linearize.Guard;
import dev.meridian.loadtest.linearize.LinearizabilityChecker;
import dev.meridian.loadtest.linearize.Step;
import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.TagName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Operations as calls on registers, one for each tag and each manifest; the id of a call is the
 * operation's place in the list. A history is linearizable if that of each register is (Herlihy and
 * Wing, theorem 1).
 */
final class Registers {

  /** The value of what is not there. */
  static final int ABSENT = 0;

  /** The value of a manifest that is there; of a tag it is the number of the manifest. */
  static final int PRESENT = 1;

  private static final Step WRITTEN = Step.change(new Guard.Anything(), PRESENT);
  private static final Step DELETED = Step.change(new Guard.Is(PRESENT), ABSENT);
  private static final Step SEEN = Step.observe(new Guard.Is(PRESENT));
  private static final Step MISSED = Step.observe(new Guard.Is(ABSENT));

  private final Map<Reference, List<Call>> calls = new LinkedHashMap<>();
  private final Map<Digest, Integer> numbers = new HashMap<>();
  private final List<Digest> manifests = new ArrayList<>();
  private final Map<Digest, Long> deletes = new HashMap<>();
  private final Map<Digest, Set<TagName>> tagsOfManifests = new HashMap<>();
  private final Set<TagName> tags = new HashSet<>();

  Registers(List<Operation> operations) {
    operations.forEach(this::survey);
    for (int i = 0; i < operations.size(); i++) {
      add(i, operations.get(i));
    }
  }

  /** The history of each register. */
  Map<Reference, List<Call>> calls() {
    return calls;
  }

  /** A value of a register, for people. */
  String describe(Reference register, int value) {
    if (value == LinearizabilityChecker.UNSEEN) {
      return "another";
    }
    if (value == ABSENT) {
      return "absent";
    }
    return switch (register) {
      case Reference.ByTag _ -> Action.brief(manifests.get(value - 1));
      case Reference.ByDigest _ -> "present";
    };
  }

  private void survey(Operation operation) {
    switch (operation.action()) {
      case Action.Put put -> tagged(put.manifest(), List.of(put.tag()));
      case Action.PutTagged put -> tagged(put.manifest(), put.tags());
      case Action.DeleteManifest(Digest manifest) ->
          deletes.merge(manifest, operation.start(), Math::min);
      case Action.DeleteTag(TagName tag) -> tags.add(tag);
      case Action.ReadTag(TagName tag, _) -> tags.add(tag);
      case Action.ReadManifest _, Action.ListTags _ -> {}
    }
  }

  private void tagged(Digest manifest, List<TagName> names) {
    tags.addAll(names);
    tagsOfManifests.computeIfAbsent(manifest, m -> new HashSet<>()).addAll(names);
  }

  private void add(int id, Operation operation) {
    switch (operation.outcome()) {
      case Outcome.Done _ -> effects(id, operation, true);
      case Outcome.Unknown _, Outcome.Wrong _ -> effects(id, operation, false);
      case Outcome.ConditionFailed _ -> conditionFailed(id, operation);
      case Outcome.Found(Digest manifest) -> found(id, operation, manifest);
      case Outcome.Listed(Set<TagName> listed) -> {
        for (TagName tag : tags) {
          Guard guard = listed.contains(tag) ? new Guard.IsNot(ABSENT) : new Guard.Is(ABSENT);
          tag(id, operation, tag, Step.observe(guard), true);
        }
      }
      case Outcome.NotFound _ -> notFound(id, operation);
      case Outcome.Nothing _ -> {}
    }
  }

  private void effects(int id, Operation operation, boolean certain) {
    switch (operation.action()) {
      case Action.Put(TagName tag, Digest manifest, Condition condition) -> {
        tag(id, operation, tag, Step.change(guard(condition), number(manifest)), certain);
        manifest(id, operation, manifest, WRITTEN, certain);
      }
      case Action.PutTagged(Digest manifest, List<TagName> names) -> {
        Step step = Step.change(new Guard.Anything(), number(manifest));
        names.forEach(tag -> tag(id, operation, tag, step, certain));
        manifest(id, operation, manifest, WRITTEN, certain);
      }
      case Action.DeleteTag(TagName tag) ->
          tag(id, operation, tag, Step.change(new Guard.IsNot(ABSENT), ABSENT), certain);
      case Action.DeleteManifest(Digest manifest) -> {
        Step untag = Step.replace(number(manifest), ABSENT);
        tagsOf(manifest).forEach(tag -> tag(id, operation, tag, untag, certain));
        manifest(id, operation, manifest, DELETED, certain);
      }
      case Action.ReadTag _, Action.ReadManifest _, Action.ListTags _ -> {}
    }
  }

  private Guard guard(Condition condition) {
    return switch (condition) {
      case Condition.None() -> new Guard.Anything();
      case Condition.Absent() -> new Guard.Is(ABSENT);
      case Condition.Names(Digest expected) -> new Guard.Is(number(expected));
    };
  }

  private void conditionFailed(int id, Operation operation) {
    if (operation.action() instanceof Action.Put(TagName tag, _, Condition condition)
        && guard(condition) instanceof Guard.Is(int expected)) {
      tag(id, operation, tag, Step.observe(new Guard.IsNot(expected)), true);
    } else {
      throw new IllegalArgumentException(operation + " had no condition");
    }
  }

  private void found(int id, Operation operation, Digest manifest) {
    switch (operation.action()) {
      case Action.ReadTag(TagName tag, _) -> {
        tag(id, operation, tag, Step.observe(new Guard.Is(number(manifest))), true);
        manifest(id, operation, manifest, SEEN, true);
      }
      case Action.ReadManifest _ -> {
        // A replica may serve by digest what was deleted, but not what is still to be written.
        if (deletes.getOrDefault(manifest, Long.MAX_VALUE) > operation.end()) {
          manifest(id, operation, manifest, SEEN, true);
        }
      }
      case Action.Put _,
          Action.PutTagged _,
          Action.DeleteTag _,
          Action.DeleteManifest _,
          Action.ListTags _ ->
          throw new IllegalArgumentException(operation + " finds no manifest");
    }
  }

  /** Every miss is confirmed by a quorum before it is answered, by digest too. */
  private void notFound(int id, Operation operation) {
    switch (operation.action()) {
      case Action.ReadTag(TagName tag, _) -> tag(id, operation, tag, MISSED, true);
      case Action.DeleteTag(TagName tag) -> tag(id, operation, tag, MISSED, true);
      case Action.ReadManifest(Digest manifest) -> manifest(id, operation, manifest, MISSED, true);
      case Action.DeleteManifest(Digest manifest) -> {
        Step elsewhere = Step.observe(new Guard.IsNot(number(manifest)));
        tagsOf(manifest).forEach(tag -> tag(id, operation, tag, elsewhere, true));
        manifest(id, operation, manifest, MISSED, true);
      }
      // No repository, no tags.
      case Action.ListTags _ -> tags.forEach(tag -> tag(id, operation, tag, MISSED, true));
      case Action.Put _, Action.PutTagged _ ->
          throw new IllegalArgumentException(operation + " needs nothing that could be missing");
    }
  }

  private Set<TagName> tagsOf(Digest manifest) {
    return tagsOfManifests.getOrDefault(manifest, Set.of());
  }

  private void tag(int id, Operation operation, TagName tag, Step step, boolean certain) {
    add(new Reference.ByTag(tag), id, operation, step, certain);
  }

  private void manifest(int id, Operation operation, Digest digest, Step step, boolean certain) {
    add(new Reference.ByDigest(digest), id, operation, step, certain);
  }

  private void add(Reference register, int id, Operation operation, Step step, boolean certain) {
    calls
        .computeIfAbsent(register, r -> new ArrayList<>())
        .add(
            certain
                ? Call.certain(id, step, operation.start(), operation.end())
                : Call.uncertain(id, step, operation.start()));
  }

  private int number(Digest manifest) {
    return numbers.computeIfAbsent(
        manifest,
        m -> {
          manifests.add(m);
          return manifests.size();
        });
  }
}
