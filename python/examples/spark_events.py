"""Codes a folder of Parquet articles with Spark: spark-submit spark_events.py ARTICLES EVENTS"""

import sys

from pyspark.sql import SparkSession

import polybius.spark


def main(articles: str, events: str) -> None:
    spark = SparkSession.builder.appName("polybius").getOrCreate()
    coded = polybius.spark.code(spark.read.parquet(articles)).cache()
    polybius.spark.write(polybius.spark.events(coded), events)
    for row in coded.where("failure is not null").select("failure").limit(20).collect():
        print(row["failure"], file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
