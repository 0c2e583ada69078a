/** The vocabulary of registry and cluster: immutable values whose factories parse or throw. */
package dev.meridian.model;
