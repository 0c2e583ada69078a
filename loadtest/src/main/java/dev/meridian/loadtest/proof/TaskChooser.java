package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.history.Action;
import dev.meridian.loadtest.history.Condition;
import dev.meridian.loadtest.oci.Manifest;
import dev.meridian.model.TagName;
import java.util.List;
import java.util.Random;

/** Chooses what a client does next. */
final class TaskChooser {

  private static final int READS = 55;

  private final String name;
  private final boolean writes;
  private final List<TagName> tags;
  private final Hearsay hearsay;
  private final Random random;
  private long written;

  /**
   * @param name of the client in this run; its manifests bear it
   * @param writes whether it writes at all; those that do are held up where writes are
   */
  TaskChooser(String name, boolean writes, List<TagName> tags, Hearsay hearsay, Random random) {
    this.name = name;
    this.writes = writes;
    this.tags = tags;
    this.hearsay = hearsay;
    this.random = random;
  }

  Task next() {
    TagName tag = tags.get(random.nextInt(tags.size()));
    int percent = random.nextInt(writes ? 100 : READS);
    if (percent < 40) {
      return Task.of(new Action.ReadTag(tag, percent < 15));
    }
    if (percent < 45) {
      return Task.of(new Action.ListTags());
    }
    if (percent < READS) {
      return hearsay
          .recent(random)
          .map(manifest -> Task.of(new Action.ReadManifest(manifest)))
          .orElseGet(() -> Task.of(new Action.ListTags()));
    }
    if (percent < 70) {
      return put(tag, new Condition.None());
    }
    if (percent < 86) {
      return put(
          tag,
          hearsay
              .manifestOf(tag)
              .<Condition>map(Condition.Names::new)
              .orElseGet(Condition.Absent::new));
    }
    if (percent < 91) {
      return put(tag, new Condition.Absent());
    }
    if (percent < 94) {
      return putTwo(tag);
    }
    if (percent < 98) {
      return Task.of(new Action.DeleteTag(tag));
    }
    return hearsay
        .recent(random)
        .map(manifest -> Task.of(new Action.DeleteManifest(manifest)))
        .orElseGet(() -> Task.of(new Action.DeleteTag(tag)));
  }

  private Task put(TagName tag, Condition condition) {
    Manifest manifest = fresh();
    return Task.writing(manifest, new Action.Put(tag, manifest.digest(), condition));
  }

  private Task putTwo(TagName tag) {
    TagName other = tags.get(random.nextInt(tags.size()));
    Manifest manifest = fresh();
    List<TagName> both = other.equals(tag) ? List.of(tag) : List.of(tag, other);
    return Task.writing(manifest, new Action.PutTagged(manifest.digest(), both));
  }

  private Manifest fresh() {
    return Manifest.note(name + " " + written++);
  }
}
