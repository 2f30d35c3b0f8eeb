# Sourced by dags/airflow and dags/verbatim, with root set to the checkout.
#
# Every variable may be set before; what is not set is good for the demo company on this
# machine. What a real installation sets: dags/README.md.

export AIRFLOW_HOME="${AIRFLOW_HOME:-$root/var/airflow}"
# As the Makefile: a task that compiles its libraries anew takes seconds longer to start.
unset PYTHONDONTWRITEBYTECODE
export AIRFLOW__CORE__DAGS_FOLDER="${AIRFLOW__CORE__DAGS_FOLDER:-$root/dags}"
export AIRFLOW__CORE__LOAD_EXAMPLES=False
# DAGs import dags.*, jobs import jobs.*: both from here.
export PYTHONPATH="$root${PYTHONPATH:+:$PYTHONPATH}"
# spark-submit and verbatim first, then Airflow, whose standalone calls itself by name.
export PATH="$root/.venv/bin:$root/.venv-airflow/bin:$PATH"
export PYSPARK_PYTHON="${PYSPARK_PYTHON:-$root/.venv/bin/python}"
export VERBATIM_SPARK_PROPERTIES="${VERBATIM_SPARK_PROPERTIES:-$root/var/spark.conf}"
export SPARK_LOCAL_HOSTNAME="${SPARK_LOCAL_HOSTNAME:-localhost}"
if [ -z "${AIRFLOW_CONN_SPARK_DEFAULT:-}" ]; then
	export AIRFLOW_CONN_SPARK_DEFAULT='{"conn_type": "spark", "host": "local[*]"}'
fi
if [ -z "${AIRFLOW__OPENLINEAGE__TRANSPORT:-}" ]; then
	export AIRFLOW__OPENLINEAGE__TRANSPORT="{\"type\": \"file\", \"append\": true, \"log_file_path\": \"$AIRFLOW_HOME/lineage.jsonl\"}"
fi
export AIRFLOW__OPENLINEAGE__NAMESPACE="${AIRFLOW__OPENLINEAGE__NAMESPACE:-verbatim}"
export AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False
# One company on one machine: the defaults are made for hundreds of DAGs.
export AIRFLOW__CORE__PARALLELISM="${AIRFLOW__CORE__PARALLELISM:-4}"
export AIRFLOW__API__WORKERS="${AIRFLOW__API__WORKERS:-1}"
if [ -n "${AIRFLOW__API__PORT:-}" ]; then
	# Tasks report to the page's own server.
	export AIRFLOW__API__BASE_URL="${AIRFLOW__API__BASE_URL:-http://localhost:$AIRFLOW__API__PORT}"
fi
# While Spark has all cores, Airflow's page answers its own tasks late; at 5 s they were given up.
export AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT="${AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT:-60}"
if [ -z "${VERBATIM_FIRST_DAY:-}" ] && [ -f "$AIRFLOW_HOME/first_day" ]; then
	VERBATIM_FIRST_DAY=$(cat "$AIRFLOW_HOME/first_day")
	export VERBATIM_FIRST_DAY
fi

export VERBATIM_HOME="$root"
if [ -z "${VERBATIM_SETTINGS:-}" ]; then
	# The demo company, in folders of its own beside those of `make demo`.
	export VERBATIM_SETTINGS="$root/verbatim.toml"
	export AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION="${AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION:-False}"
	export VERBATIM_PATHS__DROP="${VERBATIM_PATHS__DROP:-$AIRFLOW_HOME/company/drop}"
	export VERBATIM_PATHS__LAKE="${VERBATIM_PATHS__LAKE:-$AIRFLOW_HOME/company/lake}"
	export VERBATIM_PATHS__MARTS="${VERBATIM_PATHS__MARTS:-$AIRFLOW_HOME/company/marts}"
	export VERBATIM_PATHS__CHECKS="${VERBATIM_PATHS__CHECKS:-$AIRFLOW_HOME/company/checks}"
	export VERBATIM_REPORT__FOLDER="${VERBATIM_REPORT__FOLDER:-$AIRFLOW_HOME/company/reports}"
	export VERBATIM_DELIVERY_FOLDER="${VERBATIM_DELIVERY_FOLDER:-$AIRFLOW_HOME/company/delivered}"
	# A day of it is some tens of rows: compiling a plan costs more than running it.
	export VERBATIM_SPARK__SHUFFLE_PARTITIONS="${VERBATIM_SPARK__SHUFFLE_PARTITIONS:-1}"
	if [ -z "${VERBATIM_SPARK__OPTIONS:-}" ]; then
		export VERBATIM_SPARK__OPTIONS='{"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}'
	fi
fi
