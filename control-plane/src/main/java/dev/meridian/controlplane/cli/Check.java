package dev.meridian.controlplane.cli;

import static dev.meridian.controlplane.cli.output.Field.text;

import dev.meridian.controlplane.cli.output.Item;
import java.util.Locale;

/**
 * What {@code doctor} found at one place.
 *
 * @param target the region or address that was looked at
 * @param advice what to do; empty when all is well
 */
record Check(Status status, String name, String target, String detail, String advice) {

  /** How it is. */
  enum Status {
    OK,
    WARN,
    FAIL
  }

  static Check ok(String name, String target, String detail) {
    return new Check(Status.OK, name, target, detail, "");
  }

  static Check warn(String name, String target, String detail, String advice) {
    return new Check(Status.WARN, name, target, detail, advice);
  }

  static Check fail(String name, String target, String detail, String advice) {
    return new Check(Status.FAIL, name, target, detail, advice);
  }

  boolean failed() {
    return status == Status.FAIL;
  }

  Item describe() {
    return Item.of(
        text("status", status.name().toLowerCase(Locale.ROOT)),
        text("check", name),
        text("target", target),
        text("detail", detail),
        text("advice", advice));
  }
}
