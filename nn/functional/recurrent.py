from ...ops.neural import recurrent
