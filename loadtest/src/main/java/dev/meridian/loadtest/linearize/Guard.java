package dev.meridian.loadtest.linearize;

/** What must hold of a register's value. Values are numbers that are told apart, no more. */
public sealed interface Guard {

  /** Whether it holds of a value. */
  boolean holds(int value);

  /** Holds of every value. */
  record Anything() implements Guard {
    @Override
    public boolean holds(int value) {
      return true;
    }
  }

  /** Holds of one value. */
  record Is(int expected) implements Guard {
    @Override
    public boolean holds(int value) {
      return value == expected;
    }
  }

  /** Holds of all values but one. */
  record IsNot(int excluded) implements Guard {
    @Override
    public boolean holds(int value) {
      return value != excluded;
    }
  }
}
