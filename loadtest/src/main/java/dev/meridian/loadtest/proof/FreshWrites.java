package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.history.Action;
import dev.meridian.loadtest.history.Condition;
import dev.meridian.loadtest.oci.Manifest;
import dev.meridian.model.TagName;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Sets one tag, each time to another manifest. */
final class FreshWrites implements Supplier<Task> {

  static final TagName TAG = TagName.parse("latest");

  private final AtomicLong number = new AtomicLong();

  @Override
  public Task get() {
    Manifest manifest = Manifest.note("write " + number.getAndIncrement());
    return Task.writing(manifest, new Action.Put(TAG, manifest.digest(), new Condition.None()));
  }
}
