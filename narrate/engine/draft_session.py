"""A model of onnxruntime's as the draft engine's workers run it."""

from typing import Any


def open_session(model: str | bytes) -> Any:
    """The model in a file, or of these bytes, on one thread: the workers are the parallelism. Raises what it raises."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
