/** Trains by Lanewise. */
module embedding {
    requires org.lanewise;
}
