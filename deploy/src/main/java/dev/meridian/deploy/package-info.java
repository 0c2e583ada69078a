/** The assembled program: one launcher, and the cluster for development. */
package dev.meridian.deploy;
