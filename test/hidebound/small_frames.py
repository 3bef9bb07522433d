"""Specifications of the tree of 27 files, in the idiom of a Hidebound module: frames of 4 by 5 pixels."""
from schematics.types import IntType, ListType, StringType

import hidebound.core.traits as tr
import hidebound.core.validators as vd
from hidebound.core.specification_base import SequenceSpecificationBase


class Spec001(SequenceSpecificationBase):
    filename_fields = ['project', 'specification', 'descriptor', 'version', 'coordinate', 'frame', 'extension']
    coordinate = ListType(ListType(IntType(), validators=[vd.is_coordinate]), required=True)
    frame = ListType(IntType(), required=True, validators=[vd.is_frame])
    extension = ListType(StringType(), required=True, validators=[vd.is_extension, lambda x: vd.is_eq(x, 'png')])
    height = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 5)])
    width = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 4)])
    channels = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 3)])
    file_traits = dict(width=tr.get_image_width, height=tr.get_image_height, channels=tr.get_num_image_channels)


class Spec002(SequenceSpecificationBase):
    filename_fields = ['project', 'specification', 'descriptor', 'version', 'frame', 'extension']
    frame = ListType(IntType(), required=True, validators=[vd.is_frame])
    extension = ListType(StringType(), required=True, validators=[vd.is_extension, lambda x: vd.is_eq(x, 'jpg')])
    height = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 5)])
    width = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 4)])
    channels = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 3)])
    file_traits = dict(width=tr.get_image_width, height=tr.get_image_height, channels=tr.get_num_image_channels)


SPECIFICATIONS = [Spec001, Spec002]
